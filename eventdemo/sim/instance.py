"""The parts of one instance in virtual time: real ones, on fakes, with a seeded company in the store, and watched."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from eventdemo.bus import EventBus
from eventdemo.database import Database
from eventdemo.ledger import Ledger
from eventdemo.pitfalls import Stage
from eventdemo.seed import fill
from eventdemo.services import Fcm, OracleFusion, ServiceClient, Yardi
from eventdemo.sim.calls import RecordedTransport
from eventdemo.sim.metrics import CallCounter, Stopwatch
from eventdemo.sim.recorder import Recorder
from eventdemo.sim.virtual_time import clock_of_the_running_loop
from eventdemo.store import Store
from eventdemo.wiring import FIREBASE_PROJECT, Backend
from mock_services import Company, FaultPlan, MockServices

QueryTime = Callable[[], float]
"""How long the next query takes, in seconds."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Those who watch a run, and keep what is to be told of it."""

    ledger: Ledger
    stopwatch: Stopwatch
    calls: CallCounter
    recorder: Recorder


@dataclass(frozen=True, slots=True)
class Instance:
    """A backend, and the company it serves."""

    backend: Backend
    company: Company


@contextmanager
def staged(
    bus: EventBus, company: Company, faults: FaultPlan, *, seed: int, keep: int, query_time: QueryTime
) -> Iterator[tuple[Stage, Watch]]:
    """Set up the parts of an instance inside the running virtual loop; the database is closed at the end."""
    watch = watching(bus, keep=keep)
    services = MockServices(company, faults, seed)
    http = ServiceClient(RecordedTransport(services.transport(), watch.calls, watch.recorder))
    database = Database(pause=lambda: asyncio.sleep(query_time()))
    fill(database, company)
    try:
        yield (
            Stage(
                bus=bus,
                database=database,
                store=Store(database),
                http=http,
                oracle=OracleFusion(http),
                yardi=Yardi(http),
                fcm=Fcm(http, FIREBASE_PROJECT),
                company=company,
                services=services,
                people=range(1, company.users + 1),
                compute=clock_of_the_running_loop().spend,
            ),
            watch,
        )
    finally:
        database.close()


def watching(bus: EventBus, *, keep: int) -> Watch:
    """Have a bus observed."""
    time = asyncio.get_running_loop().time
    watch = Watch(Ledger(), Stopwatch(time), CallCounter(), Recorder(time, keep=keep))
    for observer in (watch.ledger, watch.stopwatch, watch.recorder):
        bus.observe(observer)
    return watch


def steady() -> float:
    """Return what a query takes, in seconds: a nearby database on a calm day."""
    return 0.002


def uneven(seed: int) -> QueryTime:
    """Return what queries take where it matters that no two take the same: 1 to 4 ms, in whole microseconds."""
    chance = Random(seed)  # noqa: S311 - chance, not secrecy
    return lambda: chance.randint(1000, 4000) / 1e6
