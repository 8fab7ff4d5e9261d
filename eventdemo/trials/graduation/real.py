"""A scenario in real time: the backend on its own store in a file, in process or behind an engine that really runs.

The services answer `SPEED` times as fast as on an ordinary day, and what waits because of them waits as much shorter.
Nothing here is repeatable: these are measurements.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from random import Random

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.services import ServiceClient
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.backend.wiring import build, in_process_bus
from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.engine import Engine, EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.processed import Handled
from eventdemo.durable.runtime import engine_for, running
from eventdemo.durable.servers.folder import lent_folder
from eventdemo.simulate.metrics import CallCounter, Stopwatch, metrics_of
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.testbed import Instance
from eventdemo.simulate.transports import RecordedTransport
from eventdemo.simulate.workloads import PLAYS
from eventdemo.trace.record import Trace
from mock_services import Company, FaultPlan, MockServices
from mock_services.faults import SERVICES, Faults

SPEED = 20
LOOK = 0.02
PATIENCE = 60.0
"""Seconds without any progress after which nothing more is waited for."""
SPANS_OF_EMITS = 1000
PREFIX = "eventdemo-graduate"
"""What the queues on a server begin with: not what those of a backend in service begin with."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Who does what: the same for every bus."""

    scenario: str
    users: int
    seed: int


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    trace: Trace
    repeats: int = 0
    """Deliveries of the engine that came after the end of their job."""


class Watch:
    """Those who watch a bus in real time, from `begin` on."""

    def __init__(self, bus: EventBus) -> None:
        self._begun = 0.0
        self._now = asyncio.get_running_loop().time
        self.ledger, self.calls = Ledger(), CallCounter()
        self.stopwatch = Stopwatch(self.time)
        self.recorder = Recorder(self.time, keep=SPANS_OF_EMITS)
        self.longest_stall = 0.0
        for observer in (self.ledger, self.stopwatch, self.recorder):
            bus.observe(observer)

    def begin(self) -> None:
        """Start the clock."""
        self._begun = self._now()

    def time(self) -> float:
        """Return the seconds since then."""
        return self._now() - self._begun

    async def note_stalls(self) -> None:
        """Sleep again and again, and note by how much a sleep was too long: so long the loop ran something else."""
        while True:
            due = self._now() + LOOK
            await asyncio.sleep(LOOK)
            self.longest_stall = max(self.longest_stall, self._now() - due)

    def trace(self, work: Workload, strategy: str) -> Trace:
        """Return what was seen."""
        return Trace(
            scenario=work.scenario,
            strategy=strategy,
            seed=work.seed,
            users=work.users,
            emitted=self.ledger.emits,
            deliveries=self.ledger.deliveries,
            ledger=self.ledger.counts(),
            balanced=self.ledger.balanced,
            metrics=metrics_of([self.stopwatch], self.calls, self.longest_stall),
            spans=self.recorder.spans(),
            spans_of_emits=self.recorder.emits_kept,
        )


async def play(work: Workload, engine: str = "", url: str = "", *, concurrency: int = 1) -> Played:
    """Play it in process, or behind an engine whose jobs are done in this process too; return when all is done."""
    with lent_folder() as folder, closing(Database(f"sqlite:///{folder / 'backend.db'}")) as database:
        company = Company(work.users, work.seed, vendor_share=0)
        fill(database, company)
        bus = durable_bus(database) if engine else in_process_bus()
        watch = Watch(bus)
        services = MockServices(company, quicker(FaultPlan.realistic()), work.seed)
        http = ServiceClient(RecordedTransport(services.transport(), watch.calls, watch.recorder))
        backend = build(bus, Store(database), http)
        async with _behind(bus, engine, url, concurrency):
            watch.begin()
            noting = asyncio.create_task(watch.note_stalls())
            await PLAYS[work.scenario](Instance(backend, company), Random(work.seed))  # noqa: S311 - chance, not secrecy
            await _all_done(bus, watch)
            noting.cancel()
        return Played(watch.trace(work, engine or "awaited"), await Handled(database).repeats())


@asynccontextmanager
async def _behind(bus: EventBus, name: str, url: str, concurrency: int) -> AsyncIterator[None]:
    if not isinstance(bus, DurableBus):
        yield
        return
    policy = RetryPolicy(first_delay=RetryPolicy().first_delay / SPEED, concurrency=concurrency)
    engine = engine_for(bus, name, url, policy=policy, prefix=PREFIX)
    async with running(bus, engine, works=True):
        burying = asyncio.create_task(_note_dead_letters(bus, engine))
        yield
        burying.cancel()


async def _note_dead_letters(bus: DurableBus, engine: Engine) -> None:
    """Tell the books what the engine has given up: only it knows, and only if it is asked."""
    while True:
        await asyncio.sleep(10 * LOOK)
        bus.books.end_all([letter.job.id for letter in await engine.dead_letters()], Fate.DEAD_LETTERED)


async def _all_done(bus: EventBus, watch: Watch) -> None:
    """Wait until each delivery has its fate; raise if nothing goes on any more."""
    await bus.drain()
    ended, since = -1, watch.time()
    while not watch.ledger.balanced:
        if watch.ledger.fates.total() != ended:
            ended, since = watch.ledger.fates.total(), watch.time()
        if watch.time() - since > PATIENCE:
            left = watch.ledger.deliveries - ended
            raise EngineUnavailableError(
                f"For {PATIENCE:g} s no job was done, and {left} still wait: is there a worker?"
            )
        await asyncio.sleep(LOOK)


def quicker(plan: FaultPlan) -> FaultPlan:
    """Return the same services, `SPEED` times as fast: their answers, and the time in which they count requests."""
    return replace(plan, **{service: _quicker(getattr(plan, service)) for service in SERVICES})


def _quicker(faults: Faults) -> Faults:
    limit = faults.rate_limit and replace(faults.rate_limit, seconds=faults.rate_limit.seconds / SPEED)
    return replace(faults, latency=faults.latency.scaled(1 / SPEED), rate_limit=limit)
