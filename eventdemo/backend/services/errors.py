"""The ways a call to an external system can fail; `ServiceError` draws the tree."""
# ruff: noqa: N818 - `except RateLimited` reads as what happened; `RateLimitedError` says it twice


class ServiceError(Exception):
    """A call failed; the message names the service, the request and the cause in one sentence.

    ServiceError
    ├── ServiceTimeout          no answer before the timeout; the work may still have been done
    ├── ServiceUnavailable      no connection, or a 5xx
    ├── RateLimited             HTTP 429; `retry_after` is how long the service asks us to wait
    ├── Unauthorized            401, twice: once with the token we had and once with a new one
    ├── MalformedResponse       a 2xx whose body differs from the documentation
    └── Rejected                any other status: the service understood the request and refused it
        └── UnregisteredToken   FCM: the app was uninstalled, so this token will never work again
    """

    def __init__(self, service: str, request: str, cause: str) -> None:
        # All arguments go to Exception, so that the error survives pickling on its way through a durable queue.
        super().__init__(service, request, cause)
        self.service = service
        self.request = request
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.service} failed {self.request}: {self.cause}."


class ServiceTimeout(ServiceError):
    """No answer came before the timeout; the service may or may not have done the work."""


class ServiceUnavailable(ServiceError):
    """The service could not be reached, or answered with a 5xx."""


class RateLimited(ServiceError):
    """Too many requests; `retry_after` is in seconds, or None if the service did not send it."""

    def __init__(self, service: str, request: str, cause: str, retry_after: float | None = None) -> None:
        super().__init__(service, request, cause)
        self.retry_after = retry_after


class Unauthorized(ServiceError):
    """The service does not accept our credentials."""


class MalformedResponse(ServiceError):
    """The service answered with a 2xx, but the body could not be parsed."""


class Rejected(ServiceError):
    """The service understood the request and refused it; `status` and `body` are from its response."""

    def __init__(self, service: str, request: str, cause: str, status: int = 0, body: str = "") -> None:
        super().__init__(service, request, cause)
        self.status = status
        self.body = body


class UnregisteredToken(Rejected):
    """FCM no longer knows this device token; delete it."""


def leaf_exceptions(error: BaseException) -> list[BaseException]:
    """Return the exceptions inside nested groups: a failure in a pipeline's second stage arrives inside two."""
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for inner in error.exceptions for leaf in leaf_exceptions(inner)]
