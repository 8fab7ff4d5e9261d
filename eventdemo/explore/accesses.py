"""The accesses of dictionaries, SQL statements and calls: to one user's part of a table or a service, or to all of it.

Assumed: steps for different users are independent, unless one inserts a row or changes a unique column; and a request
for an access token changes nothing. An access to all of a table or a service is one to every user's part of it.
"""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, get_args

from eventdemo.backend.services import Domain
from eventdemo.backend.services.http import httpx
from eventdemo.explore.experiment import access, declare_lock_wait, is_described
from eventdemo.explore.statements import WITHOUT_ROWS, table_accesses
from eventdemo.explore.steps import ANYTHING, Step
from eventdemo.simulate.transports import service_at
from mock_services import Company, FaultPlan, MockServices

OTHERS = 9
"""Stands for every user from this number on. Explored companies are smaller; new users get the next numbers."""
SERVICES = ("oracle-fusion", "yardi", "fcm")
OPEN_UNIT = "(the open unit of work)"
"""Every write waits until no unit is open, so a unit's begin and end depend on each of them."""


def record_statement(
    connection: Any,
    _cursor: Any,
    text: str,
    _parameters: Any,
    context: Any,
    many: bool,  # noqa: FBT001
) -> None:
    """Record what a statement reads or writes; listens to `before_cursor_execute`."""
    if text == "BEGIN IMMEDIATE":
        access(OPEN_UNIT)
        connection.info[OPEN_UNIT] = []
    if text.startswith(WITHOUT_ROWS):
        return
    if context.compiled is None or (tables := table_accesses(context.compiled)) is None:
        _record(connection, partial(access, ANYTHING), write=True)
        return
    for table, write, user_param in tables:
        if user_param is None or many:
            recorded = partial(access_all, f"the {table} table", table, write=write)
        else:
            user = context.compiled_parameters[0][user_param]
            recorded = partial(access_part, f"user {user}'s {rows_label(table)}", table, user, write=write)
        _record(connection, recorded, write=write)


def _record(connection: Any, recorded: Callable[[], None], *, write: bool) -> None:
    recorded()
    if write:
        access(OPEN_UNIT, write=False)
        connection.info.get(OPEN_UNIT, []).append(recorded)


def record_commit(connection: Any) -> None:
    """Record the writes of a unit once more, because only its commit shows them to others; listens to `commit`."""
    if (written := connection.info.pop(OPEN_UNIT, None)) is not None:
        access(OPEN_UNIT)
        for recorded in written:
            recorded()


def record_rollback(connection: Any) -> None:
    """Record that a unit ended without showing anything to others; listens to `rollback`."""
    if connection.info.pop(OPEN_UNIT, None) is not None:
        access(OPEN_UNIT)


def rows_label(table: str) -> str:
    return "row" if table == "user" else f"{table}s"


def access_part(words: str, thing: str, user: int, *, write: bool) -> None:
    access(words, write=write)
    access(f"({thing} {min(user, OTHERS)})", write=write)


def access_all(words: str, thing: str, *, write: bool) -> None:
    access(words, write=write)
    access_every_part(thing, write=write)


def access_every_part(thing: str, *, write: bool) -> None:
    for user in range(1, OTHERS + 1):
        access(f"({thing} {user})", write=write)


def describe_part(step: Step, thing: str) -> str:
    """Describe a step's access to a thing; `(device 7)` is user 7's part of the devices. Some have no description."""
    if is_described(thing):
        return thing
    name = thing[1:-1].rpartition(" ")[0]
    called = (f"the {name} table", f"'s {rows_label(name)}")
    descriptions = [str(resource) for resource, _ in step.accesses if is_described(resource)]
    found = (words for words in descriptions if words.startswith(f"{name} ") or words.endswith(called))
    return min(found, default="")


class InstrumentedServices(MockServices):
    """Fakes that record a change of their behaviour, which may come in the middle of a schedule."""

    def use(self, faults: FaultPlan) -> None:
        for service in SERVICES:
            access(_behaviour(service))
        super().use(faults)

    def limits(self, service: str) -> bool:
        """Return whether a call may cause the next one to be refused."""
        limit: object = getattr(self, service.replace("-", "_")).fault_injector.faults.rate_limit
        return limit is not None


class InstrumentedView:
    """A program's view of the fakes. Looking at one of them reads all of it."""

    def __init__(self, services: InstrumentedServices) -> None:
        self._services = services

    def __getattr__(self, name: str) -> Any:
        if (service := name.replace("_", "-")) in SERVICES:
            access_every_part(service, write=False)
        return getattr(self._services, name)


class InstrumentedTransport(httpx.AsyncBaseTransport):
    """Records which service a call accesses, and for which user. A GET only reads."""

    def __init__(self, services: InstrumentedServices, company: Company) -> None:
        self._services = services
        self._transport = services.transport()
        self._users = users_by_identifier(company)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let the fake answer; the access belongs to the step after its pause."""
        service = service_at(request.url.host)
        access(_behaviour(service), write=self._services.limits(service))
        try:
            return await self._transport.handle_async_request(request)
        finally:
            self._record_call(service, request)

    def _record_call(self, service: str, request: httpx.Request) -> None:
        write = request.method != "GET" and not request.url.path.endswith("/token")
        text = f"{request.url}{request.content.decode()}"
        user = next((n for identifier, n in self._users.items() if identifier in text), None)
        if user is None:
            access_all(f"{service} as a whole", service, write=write)
        else:
            access_part(f"{service} for user {user}", service, user, write=write)


def _behaviour(service: str) -> str:
    return f"(how {service} behaves)"


def users_by_identifier(company: Company) -> dict[str, int]:
    """Map device tokens, task ids and usernames to user ids, the longest first: a call contains one of them."""
    users: dict[str, int] = {}
    for person in company.people():
        tasks = [task.id for domain in get_args(Domain) for task in company.pending_tasks(person.id, domain)]
        users |= dict.fromkeys([*(device.token for device in person.devices), *tasks, person.username], person.id)
    return dict(sorted(users.items(), key=lambda entry: (-len(entry[0]), entry[0])))


class TrackedDict(dict[Any, Any]):
    """Records reads and writes. Each key is a resource, named by `label`; `missing` is the value of an absent key."""

    def __init__(self, label: Callable[[Any], str], *, missing: Any = None) -> None:
        super().__init__()
        self._label = label
        self._missing = missing

    def __getitem__(self, key: Hashable) -> Any:
        access(self._label(key), write=False)
        return super().get(key, self._missing)

    def get(self, key: Hashable, default: Any = None) -> Any:
        access(self._label(key), write=False)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        access(self._label(key), write=False)
        return super().__contains__(key)

    def __setitem__(self, key: Hashable, value: Any) -> None:
        access(self._label(key))
        super().__setitem__(key, value)

    def setdefault(self, key: Hashable, default: Any = None) -> Any:
        # This is how callers get a lock that they share.
        declare_lock_wait(self._label(key))
        return super().setdefault(key, default)

    def pop(self, key: Hashable, *default: Any) -> Any:
        access(self._label(key))
        return super().pop(key, *default)
