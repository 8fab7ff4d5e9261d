"""A fake of a service of yours, from a few lines: its routes, how long an answer takes, and what goes wrong.

Make one for each run, inside your program or in a fixture, because its calls and its random numbers start with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from typing import Any, TypeVar

from mock_services.fault_injection import FaultInjector
from mock_services.faults import Faults, with_faults
from mock_services.http import httpx
from mock_services.latency import Constant, Latency
from mock_services.responses import answer, failure

Handler = TypeVar("Handler", bound=Callable[..., Any])
ORDINARY = Faults(latency=Constant(1))
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class ServiceConditions:
    """What `service_conditions` changes, by the name of the fake."""

    latency: Mapping[str, Latency] = field(default_factory=dict)
    fail: Mapping[str, Sequence[str]] = field(default_factory=dict)

    made: set[str] = field(default_factory=set)
    """The names of the fakes that were made inside the block."""

    def applied(self, name: str, faults: Faults) -> Faults:
        self.made.add(name)
        changed = replace(faults, latency=self.latency.get(name, faults.latency))
        return with_faults(changed, *self.fail.get(name, ()))


_conditions: ContextVar[ServiceConditions | None] = ContextVar("mock_services_conditions", default=None)


@contextmanager
def service_conditions(
    *, latency: Mapping[str, Latency] | None = None, fail: Mapping[str, Sequence[str]] | None = None
) -> Iterator[ServiceConditions]:
    """Change the fakes that are made inside the block: `service_conditions(fail={"bank": ["down"]})`."""
    token = _conditions.set(conditions := ServiceConditions(latency or {}, fail or {}))
    try:
        yield conditions
    finally:
        _conditions.reset(token)


class FakeService:
    """Answers HTTP requests without a network. By default, each answer takes a millisecond and is correct.

    >>> bank = FakeService("bank", Faults(latency=LogNormal(40, 120)))
    >>> @bank.route("POST", "/charges/{order}")
    ... def charge(request, order):
    ...     return {"charged": order}
    >>> client = httpx.AsyncClient(transport=bank.transport(), base_url="https://bank.example")
    """

    def __init__(self, name: str, faults: Faults = ORDINARY, seed: int = 0) -> None:
        self.name = name
        self.calls: list[str] = []
        """The requests that were answered by a route, in order: `POST /charges/7`."""
        conditions = _conditions.get()
        self._injector = FaultInjector(name, conditions.applied(name, faults) if conditions else faults, seed)
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = []

    def route(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Register a function for a method and a path such as `/charges/{order}`.

        It gets the request, and the parameters of the path as texts. It returns a dictionary, which is sent as JSON, or
        an `httpx.Response`.
        """
        plain, names = _PARAMETER.split(path)[::2], _PARAMETER.findall(path)
        parameters = [f"(?P<{name}>[^/]+)" for name in names]
        pattern = re.compile("".join(chain.from_iterable(zip_longest(map(re.escape, plain), parameters, fillvalue=""))))

        def register(handler: Handler) -> Handler:
            self._routes.append((method.upper(), pattern, handler))
            return handler

        return register

    def use(self, faults: Faults) -> None:
        """Use other faults from now on; running calls keep those that they began with."""
        self._injector.faults = faults

    def fail(self, *names: str) -> None:
        """Add named faults, such as `down`, `slow`, `429` or `flaky`."""
        self.use(with_faults(self._injector.faults, *names))

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return what takes the place of the network in an `httpx.AsyncClient`."""
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        return await self._injector.apply(request, request.url.raw_path.decode(), self._work)

    def _work(self, request: httpx.Request) -> httpx.Response:
        for method, pattern, handler in self._routes:
            if method == request.method and (found := pattern.fullmatch(request.url.path)):
                self.calls.append(f"{method} {request.url.path}")
                body = handler(request, **found.groupdict())
                return body if isinstance(body, httpx.Response) else answer(request, body)
        return failure(request, 404, f"the fake {self.name} has no route {request.method} {request.url.path}")
