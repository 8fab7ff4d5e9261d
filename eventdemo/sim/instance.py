"""One instance of the backend in virtual time: the real parts, on fakes, with a seeded company in its store."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from sqlmodel import SQLModel

from eventdemo.bus import EventBus
from eventdemo.database import Database
from eventdemo.ledger import Ledger
from eventdemo.model import ORACLE_FUSION, YARDI, Device, IntegrationDetails, LoginSession, User
from eventdemo.sim.calls import RecordedTransport
from eventdemo.sim.metrics import CallCounter, Stopwatch
from eventdemo.sim.recorder import Recorder
from eventdemo.store import Store
from eventdemo.wiring import Backend, build
from mock_services import ORGANISATIONS, Company, FaultPlan, MockServices

QUERY_TIME = 0.002
"""What a query takes, in seconds: a nearby database on a calm day."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A backend, the company it serves, and those who watch it."""

    backend: Backend
    company: Company
    ledger: Ledger
    watch: Stopwatch
    calls: CallCounter
    recorder: Recorder


@contextmanager
def instance(bus: EventBus, company: Company, faults: FaultPlan, *, seed: int, keep: int) -> Iterator[Instance]:
    """Build an instance inside the running virtual loop; its database is closed at the end."""
    time = asyncio.get_running_loop().time
    ledger, watch, calls, recorder = Ledger(), Stopwatch(time), CallCounter(), Recorder(time, keep=keep)
    for observer in (ledger, watch, recorder):
        bus.observe(observer)
    database = Database(pause=query_time)
    database.add_all(rows_of(company))
    transport = RecordedTransport(MockServices(company, faults, seed).transport(), calls, recorder)
    backend = build(bus, Store(database), httpx.AsyncClient(transport=transport, trust_env=False))
    try:
        yield Instance(backend, company, ledger, watch, calls, recorder)
    finally:
        database.close()


async def query_time() -> None:
    """Let a query take its time."""
    await asyncio.sleep(QUERY_TIME)


def rows_of(company: Company, *, served_at: str = "") -> Iterator[SQLModel]:
    """Yield the rows of a company whose people are all logged in on all their devices."""
    for organisation in ORGANISATIONS:
        systems = MockServices(company).integrations(organisation.id, served_at=served_at)
        for system, way_in in ((ORACLE_FUSION, systems.oracle_fusion), (YARDI, systems.yardi)):
            yield IntegrationDetails(
                organisation_id=organisation.id,
                system=system,
                base_url=way_in.base_url,
                client_id=way_in.client_id,
                client_secret=way_in.client_secret,
            )
    for person in company.employees():
        yield User(
            id=person.id,
            username=person.username,
            user_type=person.user_type,
            organisation_id=person.organisation_id,
        )
        yield LoginSession(token=session_token(person.id), user_id=person.id)
        for device in person.devices:
            yield Device(user_id=person.id, token=device.token)


def session_token(user_id: int) -> str:
    """Return the bearer token that a user of the seeded company is logged in with."""
    return f"session-of-user-{user_id}"
