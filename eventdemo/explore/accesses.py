"""What a statement or a call touches, read off the statement or the call: rows of one user, or the whole table.

Assumed: who reads or changes rows of one user does not meet who does so for another, unless a row is added or what is
unique is changed; and asking for an access token changes nothing.
Whoever touches all of a thing touches everybody's part of it.
"""

from typing import Any, get_args

from eventdemo.backend.services import Domain
from eventdemo.backend.services.http import httpx
from eventdemo.explore.experiment import access, is_described
from eventdemo.explore.statements import WITHOUT_ROWS, table_accesses
from eventdemo.explore.steps import ANYTHING, Step
from eventdemo.simulate.transports import service_at
from mock_services import Company, FaultPlan, MockServices

OTHERS = 9
"""Stands for every user from this number on: nobody explores so many, and new ones get the numbers after the last."""
SERVICES = ("oracle-fusion", "yardi", "fcm")


def record_statement(
    _connection: Any,
    _cursor: Any,
    text: str,
    _parameters: Any,
    context: Any,
    many: bool,  # noqa: FBT001
) -> None:
    """Record what a statement reads or writes; listens to `before_cursor_execute`."""
    if text.startswith(WITHOUT_ROWS):
        return
    if context.compiled is None or (tables := table_accesses(context.compiled)) is None:
        access(ANYTHING)
        return
    for table, write, user_param in tables:
        if user_param is None or many:
            access_all(f"the {table} table", table, write=write)
        else:
            user = context.compiled_parameters[0][user_param]
            access_part(f"user {user}'s {rows_label(table)}", table, user, write=write)


def rows_label(table: str) -> str:
    """Return what somebody's rows of a table are called: `devices`."""
    return {"user": "row", "integrationdetails": "integrationdetails"}.get(table, f"{table}s")


def access_part(words: str, thing: str, user: int, *, write: bool) -> None:
    """Touch one user's part of a thing."""
    access(words, write=write)
    access(f"({thing} {min(user, OTHERS)})", write=write)


def access_all(words: str, thing: str, *, write: bool) -> None:
    """Touch all of a thing."""
    access(words, write=write)
    access_every_part(thing, write=write)


def access_every_part(thing: str, *, write: bool) -> None:
    """Touch everybody's part of a thing, without a word to readers."""
    for user in range(1, OTHERS + 1):
        access(f"({thing} {user})", write=write)


def describe_part(step: Step, thing: str) -> str:
    """Return the words for what a step touched of a thing: `(device 7)` is user 7's part of all devices."""
    if is_described(thing):
        return thing
    name = thing[1:-1].rpartition(" ")[0]
    called = (f"the {name} table", f"'s {rows_label(name)}")
    descriptions = [str(resource) for resource, _ in step.accesses if is_described(resource)]
    return min(words for words in descriptions if words.startswith(f"{name} ") or words.endswith(called))


class InstrumentedServices(MockServices):
    """Fakes whose behaviour may change in the middle of a schedule."""

    def use(self, faults: FaultPlan) -> None:
        """Behave differently from now on; whoever calls afterwards may notice."""
        for service in SERVICES:
            access(_behaviour(service))
        super().use(faults)

    def limits(self, service: str) -> bool:
        """Tell whether a call may keep the next one from being answered."""
        return getattr(self.faults, service.replace("-", "_")).rate_limit is not None


class InstrumentedView:
    """What a program sees of the fakes: whoever looks at what one of them has seen reads all of it."""

    def __init__(self, services: InstrumentedServices) -> None:
        self._services = services

    def __getattr__(self, name: str) -> Any:
        if (service := name.replace("_", "-")) in SERVICES:
            access_every_part(service, write=False)
        return getattr(self._services, name)


class InstrumentedTransport(httpx.AsyncBaseTransport):
    """Tells which service a call touches, and for whom; a GET only reads."""

    def __init__(self, services: InstrumentedServices, company: Company) -> None:
        self._services = services
        self._transport = services.transport()
        self._owners = user_ids_by_sign(company)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let the fake answer; what it does belongs to the step after its pause, which ends here."""
        service = service_at(request.url.host)
        access(_behaviour(service), write=self._services.limits(service))
        try:
            return await self._transport.handle_async_request(request)
        finally:
            self._record_call(service, request)

    def _record_call(self, service: str, request: httpx.Request) -> None:
        write = request.method != "GET" and not request.url.path.endswith("/token")
        said = f"{request.url}{request.content.decode()}"
        user = next((n for sign, n in self._owners.items() if sign in said), None)
        if user is None:
            access_all(f"{service} as a whole", service, write=write)
        else:
            access_part(f"{service} for user {user}", service, user, write=write)


def _behaviour(service: str) -> str:
    return f"(how {service} behaves)"


def user_ids_by_sign(company: Company) -> dict[str, int]:
    """Return by what a call names somebody, longest first: devices, tasks, the username."""
    signs: dict[str, int] = {}
    for person in company.people():
        tasks = [task.id for domain in get_args(Domain) for task in company.pending_tasks(person.id, domain)]
        signs |= dict.fromkeys([*(device.token for device in person.devices), *tasks, person.username], person.id)
    return dict(sorted(signs.items(), key=lambda sign: (-len(sign[0]), sign[0])))
