"""One instance of the backend in virtual time: the real parts, on fakes, with a seeded company in its store."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from eventdemo.bus import EventBus
from eventdemo.database import Database
from eventdemo.ledger import Ledger
from eventdemo.seed import fill
from eventdemo.services import ServiceClient
from eventdemo.sim.calls import RecordedTransport
from eventdemo.sim.metrics import CallCounter, Stopwatch
from eventdemo.sim.recorder import Recorder
from eventdemo.store import Store
from eventdemo.wiring import Backend, build
from mock_services import Company, FaultPlan, MockServices

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
    fill(database, company)
    transport = RecordedTransport(MockServices(company, faults, seed).transport(), calls, recorder)
    backend = build(bus, Store(database), ServiceClient(transport))
    try:
        yield Instance(backend, company, ledger, watch, calls, recorder)
    finally:
        database.close()


async def query_time() -> None:
    """Let a query take its time."""
    await asyncio.sleep(QUERY_TIME)
