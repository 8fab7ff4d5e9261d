"""The testbed that experiments share: a database and fakes, whose every pause is a choice of the scheduler.

A pause can have the length that it has in the simulator. Only `LatencyScheduler` pays attention to it.
"""

import asyncio
import atexit
from collections.abc import Sequence
from typing import cast
from weakref import proxy

from sqlalchemy import event

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.services import Fcm, OracleFusion, ServiceClient, Yardi
from eventdemo.backend.services.session import TokenCache
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.explore.accesses import (
    InstrumentedServices,
    InstrumentedTransport,
    InstrumentedView,
    TrackedDict,
    record_commit,
    record_rollback,
    record_statement,
)
from eventdemo.explore.experiment import access, access_tasks
from eventdemo.explore.instrumented_bus import another_bus, instrumented, observed_like
from eventdemo.explore.shared import Shared
from eventdemo.explore.steps import STEP
from eventdemo.instances.process import Process
from eventdemo.instances.stage import Share, Stage
from eventdemo.simulate.killable_loop import OpenDeliveries
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.run import SEED
from eventdemo.simulate.testbed import QueryTime
from eventdemo.simulate.virtual_time import clock_of_the_running_loop
from mock_services import Company, FaultPlan, MockServices

TOKEN = "the token for {0.base_url}".format


def one_step() -> float:
    return STEP


class ExplorerTestbed:
    """One company's database and fakes, built once and reset before every schedule."""

    def __init__(self, company: Company, *, seed: int = SEED) -> None:
        self.company = company
        self.services = InstrumentedServices(company, seed=seed)
        self.services.pause_with(pause)
        self._query_time: QueryTime = one_step
        self.database = instrumented_database(Database(pause=self._query))
        atexit.register(self.database.close)  # the testbed lives as long as the process
        fill(self.database, company)
        self.http = ServiceClient(InstrumentedTransport(self.services, company))
        self._as_filled = self.database.snapshot()

    def reset(self, faults: FaultPlan, query_time: QueryTime = one_step) -> None:
        self.database.restore(self._as_filled)
        self.services.reset()
        self.services.use(faults)
        self._query_time = query_time

    async def _query(self) -> None:
        await asyncio.sleep(self._query_time())

    def stage(self, bus: EventBus, *, people: int = 1, name: str = "A") -> Stage:
        """Return a stage for the last few users; its clients have no access tokens yet."""
        inbox = observed_like(bus, name, instrumented(EventBus)())
        return Stage(
            bus=bus,
            database=self.database,
            store=Store(self.database),
            http=self.http,
            oracle=OracleFusion(self.http, tokens=tracked_tokens()),
            yardi=Yardi(self.http, tokens=tracked_tokens()),
            fcm=Fcm(self.http),
            company=self.company,
            services=cast("MockServices", InstrumentedView(self.services)),
            user_ids=range(self.company.users - people + 1, self.company.users + 1),
            compute=compute,
            inbox=inbox,
            process=instrument_kill(Process(name), (bus, inbox)),
            start=lambda another: self.stage(another_bus(bus, another), people=people, name=another),
            shared=cast("Share", Shared),
        )


async def pause(seconds: float) -> None:
    """Wait for a fake, even if it answers at once: on a network, nothing does."""
    await asyncio.sleep(max(seconds, STEP))


def compute(seconds: float) -> None:
    """Use the processor, which all steps share."""
    access("the processor")
    clock_of_the_running_loop().spend(seconds)


def instrument_kill(process: Process, buses: Sequence[EventBus]) -> Process:
    """Let the death of a process access all of its tasks, and report its deliveries to the observers as lost."""
    killed = proxy(process)  # a process that refers to itself would be left to the garbage collector
    process.on_kill.append(lambda: access_tasks(killed.tasks()))
    for bus in buses:
        if bus.observers():
            bus.observe(deliveries := OpenDeliveries())
            process.on_kill.append(deliveries.lose)
    process.on_kill += [observer.died for observer in buses[0].observers() if isinstance(observer, Recorder)]
    return process


def instrumented_database(database: Database) -> Database:
    for engine in (database.engine, database.last_commit):
        event.listen(engine, "before_cursor_execute", record_statement)
    event.listen(database.engine, "commit", record_commit)
    event.listen(database.engine, "rollback", record_rollback)
    return database


def tracked_tokens() -> TokenCache:
    """Return a token cache that records when a client looks for a token, stores one, or waits for a renewal."""
    return TokenCache(TrackedDict(TOKEN), TrackedDict(TOKEN))
