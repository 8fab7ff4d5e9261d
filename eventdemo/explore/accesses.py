"""What a statement or a call touches, read off the statement or the call: rows of one user, or the whole table.

Assumed: who reads or changes rows of one user does not meet who does so for another, unless a row is added or what is
unique is changed; and asking for an access token changes nothing.
Whoever touches all of a thing touches everybody's part of it.
"""

import re
from functools import cache
from typing import Any, NamedTuple, get_args

import httpx
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import SQLModel

from eventdemo.backend.services import Domain
from eventdemo.explore.experiment import access, is_described
from eventdemo.explore.steps import Step
from eventdemo.simulate.transports import service_at
from mock_services import Company, FaultPlan, MockServices

OTHERS = 9
"""Stands for every user from this number on: nobody explores so many, and new ones get the numbers after the last."""
SERVICES = ("oracle-fusion", "yardi", "fcm")
_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)")
_UPDATE = re.compile(r"UPDATE (\w+) SET (.*)")
_SET = re.compile(r"(\w+)=")
_ONE_USER = re.compile(r"\b(?:user_id|user\.id) = \?")


class Statement(NamedTuple):
    """What the text of a statement says."""

    tables: tuple[str, ...]
    writes: bool
    place: int | None
    """Which of its parameters is the one user that it is about, if it is about one."""


@cache
def read(text: str) -> Statement:
    """Read the text of a statement."""
    text = " ".join(text.split())
    return Statement(tuple(dict.fromkeys(_TABLE.findall(text))), not text.startswith("SELECT"), _place_of_user(text))


def _place_of_user(text: str) -> int | None:
    """Return the place; None for an insert too, as it may be refused for another's row, and rows have an order."""
    where = text.find(" WHERE ")
    if where < 0 or " OR " in text or _sets_what_is_unique(text[:where]):
        return None
    found = _ONE_USER.search(text, where)
    return None if found is None else text.count("?", 0, found.start())


def _sets_what_is_unique(text: str) -> bool:
    if (updated := _UPDATE.match(text)) is None:
        return False
    if (table := SQLModel.metadata.tables.get(updated[1])) is None:  # a repair's own: who knows
        return True
    unique = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    return any(column.name in _SET.findall(updated[2]) for key in unique for column in key.columns)


def record_statement(
    _connection: Any,
    _cursor: Any,
    statement: str,
    parameters: Any,
    _context: Any,
    many: bool,  # noqa: FBT001 - SQLAlchemy calls it
) -> None:
    """Touch what a statement reads or writes; to be called before it is executed."""
    tables, writes, place = read(statement)
    user = None if place is None or many else parameters[place]
    for table in tables:
        if user is None:
            access_all(f"the {table} table", table, write=writes)
        else:
            access_part(f"user {user}'s {rows_label(table)}", table, user, write=writes)


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
