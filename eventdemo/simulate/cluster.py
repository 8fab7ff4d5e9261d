"""Several instances behind a load balancer, on one store, with the fixes that are switched on in the run.

A killed instance can restart, with an empty memory.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import TypeVar

from eventdemo.backend.schedule import scheduled_for, scheduled_run
from eventdemo.backend.wiring import Backend, build
from eventdemo.core import clock
from eventdemo.durable.bus import DurableBus
from eventdemo.instances.broadcast import Broadcast
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.instances.lease import Leases
from eventdemo.instances.process import DiedError
from eventdemo.instances.stage import Stage
from eventdemo.simulate.chaos import Chaos
from eventdemo.simulate.outbox import start_worker
from eventdemo.simulate.testbed import ScheduledJob, Testbed
from eventdemo.trace.conditions import Conditions
from mock_services.keyed_random import uniforms

T = TypeVar("T")
MAX_CLOCK_SKEW = 0.02
"""The largest delay of a cron schedule against the first instance, in seconds: clocks differ."""
LEASE = 10.0
"""Seconds after its last renewal until the lease of a leader or of a key expires."""
LEADER_POLL, KEY_POLL = 1.0, 0.1
"""Seconds between two polls of a job that another instance runs, and of a delivery that another one holds."""
MESSAGE = (0.001, 0.02)
"""The shortest and longest time that a broadcast message takes, in seconds."""


class NoInstanceError(Exception):
    """No instance is alive to answer a request."""


class Cluster:
    """The instances of one run, and the load balancer in front of them."""

    def __init__(self, testbed: Testbed, conditions: Conditions) -> None:
        self.company = testbed.company
        self.alive = testbed.alive
        self.backends: dict[str, Backend] = {}
        self._testbed = testbed
        self._drains = conditions.drains
        self._names = conditions.names
        leader = Leases(testbed.database, seconds=LEASE, poll_interval=LEADER_POLL)
        self._leader = leader if "leader-lock" in conditions.repairs else None
        self._keys = Leases(testbed.database, seconds=LEASE, poll_interval=KEY_POLL)
        chance = Random(f"{testbed.seed} broadcast")  # noqa: S311 - chance, not secrecy
        broadcast = Broadcast(lambda: round(chance.uniform(*MESSAGE), 6))
        self._broadcast = broadcast if "broadcast" in conditions.repairs else None
        self._led: list[ScheduledJob] = []
        """The jobs that a starting instance has to resume, because their leader may be dead."""
        self._requests: Counter[int] = Counter()
        self._catching_up: set[asyncio.Task[None]] = set()
        for name in self._names:
            self.start(name)
        self._chaos = Chaos(self.alive, self.start, conditions, testbed.seed)

    def start(self, name: str) -> None:
        stage = self._testbed.start(name)
        backend = self.backends[name] = build(stage.bus, stage.store, stage.http)
        self._equip(stage, backend.caches)
        start_worker(stage)
        for job in self._led:
            task = asyncio.create_task(_until_killed(self._do(name, job)))
            self._catching_up.add(task)
            task.add_done_callback(self._catching_up.discard)

    def _equip(self, stage: Stage, caches: Sequence[object]) -> None:
        """Let the caches of an instance hear of broadcast events, and give it the fixes."""
        for cache in caches:
            stage.inbox.subscribe(cache)
        if isinstance(stage.bus, IdempotentBus):
            stage.bus.keys.leases, stage.bus.keys.exempt = self._keys, (*caches,)
        if self._broadcast is not None:
            self._broadcast.join(stage.process, stage.bus, stage.inbox, echoes=isinstance(stage.bus, DurableBus))

    async def ask(self, who: int, request: Callable[[Backend], Awaitable[T]]) -> T:
        """Let the load balancer send a request of user `who` to a running instance."""
        self._requests[who] += 1
        (draw, *_) = uniforms(self._testbed.seed, "balancer", who, self._requests[who])
        first = int(draw * len(self._names))
        for name in self._names[first:] + self._names[:first]:
            if name in self.alive:
                return await self._do(name, request)
        raise NoInstanceError("No instance is alive.")

    def _do(self, name: str, request: Callable[[Backend], Awaitable[T]]) -> Awaitable[T]:
        """Let an instance answer a request; raise `DiedError` if it is killed meanwhile."""
        backend = self.backends[name]

        async def answer() -> T:
            return await request(backend)

        return self.alive[name].process.run(answer)

    async def tick(self, cron: str, job: ScheduledJob) -> None:
        """Let a scheduled time come: on every instance, because each has the same cron schedule.

        With a leader lock, one of them runs the job.
        """
        moment = clock.now()

        async def on_schedule(backend: Backend) -> None:
            with scheduled_for(cron, moment):
                if self._leader is None:
                    await job(backend)
                else:
                    await self._leader.once(scheduled_run(), partial(job, backend))

        if self._leader is not None:
            self._led.append(on_schedule)
        async with asyncio.TaskGroup() as clocks:
            for number, name in enumerate(self._names):
                clocks.create_task(self._due(name, number, on_schedule))

    async def _due(self, name: str, number: int, job: ScheduledJob) -> None:
        await asyncio.sleep(round(MAX_CLOCK_SKEW * uniforms(self._testbed.seed, "clock", name)[0], 3) if number else 0)
        if name in self.alive:
            await _until_killed(self._do(name, job))

    async def settle(self) -> None:
        """Wait until all instances are idle and none is due to restart, if the run drains; then kill no more."""
        probes, before = self._testbed.probes, (-1, 0, 0)
        while self._drains and before != (
            now := (probes.ledger.emits, self._testbed.starts, len(probes.recorder.outages))
        ):
            before = now
            await self._chaos.restarts()
            await self._drained()
        self._chaos.stop()

    async def _drained(self) -> None:
        """Wait until every running instance is idle or dead, and no broadcast message is in flight."""
        for stage in (*self.alive.values(),):
            await _until_killed(stage.process.run(partial(_quiet, stage)))
        while self._catching_up:
            await asyncio.wait(self._catching_up)
        if self._broadcast is not None:
            await self._broadcast.drain()

    async def exit(self) -> None:
        """End all processes, even if they are busy."""
        for stage in self.alive.values():
            await stage.process.exit()
        self._testbed.pending.close()


async def _quiet(stage: Stage) -> None:
    await stage.bus.drain()
    await stage.inbox.drain()


async def _until_killed(work: Awaitable[None]) -> None:
    with suppress(DiedError):
        await work
