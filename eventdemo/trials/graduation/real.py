"""A scenario in real time: the backend on a database file, on an in-process bus or behind an engine that really runs.

The services answer `SPEED` times as fast as usual, and delays that depend on them are shorter by the same factor. These
are measurements, so no two runs are the same.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from random import Random
from tempfile import TemporaryDirectory

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
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.runtime import engine_for, runtime
from eventdemo.simulate.metrics import Stopwatch
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.run import SPANS_OF_EMITS
from eventdemo.simulate.scenarios import PATTERNS
from eventdemo.simulate.testbed import Instance, Probes
from eventdemo.simulate.transports import RecordedTransport
from eventdemo.trace.record import Trace
from mock_services import Company, FaultPlan, MockServices
from mock_services.faults import Faults

SPEED = 20
POLL_INTERVAL = 0.02
TIMEOUT = 60.0
"""Seconds without progress after which a run fails."""
PREFIX = "eventdemo-graduate"
"""Begins the names of the queues, so that a run never touches those of a backend in production."""


class RealTimeProbes:
    """The probes of a bus in real time, from `start` on."""

    def __init__(self, bus: EventBus) -> None:
        self._started = 0.0
        self._now = asyncio.get_running_loop().time
        self.ledger, stopwatch, self.recorder = Ledger(), Stopwatch(self.time), Recorder(self.time, SPANS_OF_EMITS)
        self.all = Probes(self.ledger, stopwatch, self.recorder)
        self.longest_block = 0.0
        for observer in (self.ledger, stopwatch, self.recorder):
            bus.observe(observer)

    def start(self) -> None:
        self._started = self._now()

    def time(self) -> float:
        return self._now() - self._started

    async def measure_blocking(self) -> None:
        """Sleep repeatedly and record by how much a sleep was late, because something blocked the event loop."""
        while True:
            due = self._now() + POLL_INTERVAL
            await asyncio.sleep(POLL_INTERVAL)
            self.longest_block = max(self.longest_block, self._now() - due)


async def run_in_real_time(
    scenario: str, engine: str = "", url: str = "", *, users: int, seed: int, concurrency: int = 1
) -> tuple[Trace, int]:
    """Run a scenario in process, or behind `engine` with a worker in this process, until every job is done.

    Return what happened, and how many deliveries came after their job had been processed.
    """
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/backend.db")) as database:
        company = Company(users, seed, vendor_share=0)
        fill(database, company)
        bus = durable_bus(database) if engine else in_process_bus()
        probes = RealTimeProbes(bus)
        services = MockServices(company, accelerated(FaultPlan.realistic()), seed)
        http = ServiceClient(RecordedTransport(services.transport(), probes.recorder))
        backend = build(bus, Store(database), http)
        async with _behind(bus, engine, url, concurrency):
            probes.start()
            measuring = asyncio.create_task(probes.measure_blocking())
            random = Random(seed)  # noqa: S311 - simulation, not secrecy
            await PATTERNS[scenario].workload(Instance(backend, company), random)
            await _wait_until_done(bus, probes)
            measuring.cancel()
        about = {"scenario": scenario, "users": users, "seed": seed, "strategy": engine or "awaited"}
        trace = probes.all.trace(probes.longest_block, **about)
        return trace, await ProcessedJobs(database).redeliveries()


@asynccontextmanager
async def _behind(bus: EventBus, name: str, url: str, concurrency: int) -> AsyncIterator[None]:
    if not isinstance(bus, DurableBus):
        yield
        return
    policy = RetryPolicy(first_delay=RetryPolicy().first_delay / SPEED, concurrency=concurrency)
    engine = engine_for(bus, name, url, policy=policy, prefix=PREFIX)
    async with runtime(bus, engine, with_worker=True):
        polling = asyncio.create_task(_record_dead_letters(bus, engine))
        yield
        polling.cancel()


async def _record_dead_letters(bus: DurableBus, engine: Engine) -> None:
    """End the deliveries of dead letters by polling, because engines with a server do not report them."""
    while True:
        await asyncio.sleep(10 * POLL_INTERVAL)
        bus.pending.end_all([letter.job.id for letter in await engine.dead_letters()], Fate.DEAD_LETTERED)


async def _wait_until_done(bus: EventBus, probes: RealTimeProbes) -> None:
    """Wait until every delivery is accounted for; raise after `TIMEOUT` seconds without progress."""
    await bus.drain()
    ended, since = -1, probes.time()
    while not probes.ledger.balanced:
        if sum(probes.ledger.fates.values()) != ended:
            ended, since = sum(probes.ledger.fates.values()), probes.time()
        if probes.time() - since > TIMEOUT:
            raise EngineUnavailableError(
                f"No job finished within {TIMEOUT:g} s, and {probes.ledger.deliveries - ended} still wait. "
                "Check that a worker is running."
            )
        await asyncio.sleep(POLL_INTERVAL)


def accelerated(plan: FaultPlan) -> FaultPlan:
    """Return the same services, `SPEED` times as fast: their latency and the window of their rate limit."""

    def faster(faults: Faults) -> Faults:
        limit = faults.rate_limit and replace(faults.rate_limit, seconds=faults.rate_limit.seconds / SPEED)
        return replace(faults, latency=faults.latency.scaled(1 / SPEED), rate_limit=limit)

    return plan.changed(faster)
