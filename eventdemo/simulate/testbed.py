"""Instances in virtual time: real parts on fakes, with an invented company in the store, and probes on every bus.

A `Testbed` holds what the instances of one run share, and starts and restarts them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.schedule import scheduled_for
from eventdemo.backend.services import Fcm, OracleFusion, ServiceClient, Yardi
from eventdemo.backend.storage.database import Database, no_pause
from eventdemo.backend.storage.store import Store
from eventdemo.backend.wiring import Backend
from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Emission, Observer
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.durable.pending import PendingDeliveries
from eventdemo.instances.broadcast import BroadcastInbox, is_broadcast
from eventdemo.instances.process import Process, process_of
from eventdemo.instances.stage import Stage
from eventdemo.simulate.killable_loop import OpenDeliveries
from eventdemo.simulate.metrics import Stopwatch
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.transports import RecordedTransport
from eventdemo.simulate.virtual_time import VirtualClock
from eventdemo.trace.record import Trace
from mock_services import Company, FaultPlan, MockServices

T = TypeVar("T")
ScheduledJob = Callable[[Backend], Awaitable[None]]
QueryTime = Callable[[], float]
"""How long the next query takes, in seconds."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The observers of a run, from which its trace is made."""

    ledger: Ledger
    stopwatch: Stopwatch
    recorder: Recorder

    def trace(self, longest_stall: float, **about: Any) -> Trace:
        """Return the trace of the run; `about` holds the fields that no probe measures."""
        return Trace(
            **about,
            emitted=self.ledger.emits,
            deliveries=self.ledger.deliveries,
            ledger=self.ledger.counts(),
            balanced=self.ledger.balanced,
            metrics=self.stopwatch.metrics(self.recorder.calls, longest_stall),
            spans=self.recorder.frozen(),
            spans_of_emits=len(self.recorder.kept),
            outages=tuple(self.recorder.outages),
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """The gateway to a single instance that cannot be killed."""

    backend: Backend
    company: Company

    async def ask(self, who: int, request: Callable[[Backend], Awaitable[T]]) -> T:
        return await request(self.backend)

    async def tick(self, cron: str, job: ScheduledJob) -> None:
        with scheduled_for(cron, clock.now()):
            await job(self.backend)


class Testbed:
    """What the instances of a run share: the database, the services, the company and the probes."""

    def __init__(
        self,
        virtual: VirtualClock,
        make_bus: Callable[["Testbed"], EventBus],
        company: Company,
        faults: FaultPlan,
        *,
        seed: int,
        keep: int = 0,
        round_trips: bool = False,
    ) -> None:
        """Fill a database with the company. The spans of the first `keep` emits are recorded.

        With `round_trips`, half of a query's time is the way back. A process killed on the way back does not learn that
        its query ran.
        """

        async def pause() -> None:
            await asyncio.sleep(self.query_time() / 2 if round_trips else self.query_time())

        self.seed = seed
        self.query_time: QueryTime = steady
        self.company = company
        self.services = MockServices(company, faults, seed)
        self.database = Database(pause=pause, reply=pause if round_trips else no_pause)
        fill(self.database, company)
        recorder = Recorder(lambda: virtual.time, keep)
        virtual.on_wait = recorder.note_wait
        self.probes = Probes(Ledger(), Stopwatch(recorder.time), recorder)
        self.observers: list[Observer] = []
        """Further observers for every bus that starts from now on."""
        self.pending = PendingDeliveries()
        """The deliveries of durable buses: the job of an event that one instance emits may be processed by another."""
        self.starts = 0
        self.alive: dict[str, Stage] = {}
        """The running instances, by name."""
        self._virtual = virtual
        self._make_bus = make_bus

    def close(self) -> None:
        self.database.close()

    def start(self, name: str) -> Stage:
        """Start or restart an instance: a process with its own bus and clients, and no listener yet."""
        self.starts += 1
        process = Process(name)
        recorder = self.probes.recorder.for_instance(name)
        bus, inbox = (self._observed(each, recorder, process) for each in (self._make_bus(self), BroadcastInbox()))
        bus.observe(MissedDeliveries(self, name))
        process.on_kill += [recorder.died, lambda: self.alive.pop(name, None)]
        http = ServiceClient(RecordedTransport(self.services.transport(), recorder))
        self.alive[name] = stage = Stage(
            bus=bus,
            database=self.database,
            store=Store(self.database),
            http=http,
            oracle=OracleFusion(http),
            yardi=Yardi(http),
            fcm=Fcm(http),
            company=self.company,
            services=self.services,
            user_ids=range(1, self.company.users + 1),
            compute=self._virtual.spend,
            inbox=inbox,
            process=process,
            start=self.start,
        )
        return stage

    async def drain(self) -> None:
        """Wait until the bus of every running instance is idle."""
        for stage in (*self.alive.values(),):
            await stage.bus.drain()

    def _observed(self, bus: EventBus, recorder: Recorder, process: Process) -> EventBus:
        open_deliveries = OpenDeliveries()
        for observer in (self.probes.ledger, self.probes.stopwatch, recorder, open_deliveries, *self.observers):
            bus.observe(observer)
        process.on_kill += [lambda: self._abandon(process, bus), open_deliveries.lose]
        return bus

    def _abandon(self, process: Process, bus: EventBus) -> None:
        """Roll back what a dead process had not committed, as a database does when the connection breaks."""
        unit = self.database.active_unit
        if unit is not None and unit.task is not None and process_of(unit.task) is process:
            self.database.rollback_abandoned()
        self.pending.withdraw(bus)


class MissedDeliveries(Observer):
    """Records the deliveries that other instances miss because an event stays on the bus of its own instance.

    These are the deliveries to in-memory caches. Every other listener changes the store or a service, for which one
    instance is enough.
    """

    def __init__(self, testbed: Testbed, source: str) -> None:
        self._testbed, self._source = testbed, source

    def emitted(self, emission: Emission) -> None:
        alive, ledger = self._testbed.alive, self._testbed.probes.ledger
        if len(alive) == 1 or (self._source in alive and is_broadcast(alive[self._source].bus, emission.name)):
            return
        for name, stage in alive.items():
            if name != self._source:
                for listener in stage.inbox.listeners(emission.name):
                    ledger.deliveries += 1
                    ledger.fates[Fate.OTHER_INSTANCE] += 1
                    self._testbed.probes.recorder.missed(name, emission, listener)


def steady() -> float:
    """Return the time of a query in seconds, as for a nearby, idle database."""
    return 0.002


def uneven(seed: int) -> QueryTime:
    """Return random query times of 1 to 4 ms, for programs in which no two queries should take the same time."""
    chance = Random(seed)  # noqa: S311 - a simulation needs no secrecy
    return lambda: chance.randint(1000, 4000) / 1e6
