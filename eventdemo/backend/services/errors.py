"""Everything a call to an external system can end in, other than an answer; `ServiceError` draws the tree."""
# ruff: noqa: N818 - `except RateLimited` reads as what happened; `RateLimitedError` says it twice

from __future__ import annotations


class ServiceError(Exception):
    """A call failed; the message names the service, the request and the cause in one sentence.

    ServiceError
    ├── ServiceTimeout          no answer in time; the work may have been done all the same
    ├── ServiceUnavailable      no connection, or a 5xx
    ├── RateLimited             429; `retry_after` says how long the service asks us to wait
    ├── Unauthorized            401, twice: once with the token we had and once with a new one
    ├── MalformedResponse       a 2xx whose body is not what the documentation promises
    └── Rejected                any other status: the service understood, and will not
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
    """No answer came in time. That says nothing about whether the service did what it was asked."""


class ServiceUnavailable(ServiceError):
    """The service could not be reached, or answered that it cannot work just now."""


class RateLimited(ServiceError):
    """Too many requests; `retry_after` is in seconds, or None when the service did not say."""

    def __init__(self, service: str, request: str, cause: str, retry_after: float | None = None) -> None:
        super().__init__(service, request, cause)
        self.retry_after = retry_after


class Unauthorized(ServiceError):
    """The service does not accept our credentials."""


class MalformedResponse(ServiceError):
    """The service answered with success, but the body cannot be read as what was asked for."""


class Rejected(ServiceError):
    """The service understood the request and refused it; `status` and `body` are its own words."""

    def __init__(self, service: str, request: str, cause: str, status: int = 0, body: str = "") -> None:
        super().__init__(service, request, cause)
        self.status = status
        self.body = body


class UnregisteredToken(Rejected):
    """FCM no longer knows this device token: forget it."""
