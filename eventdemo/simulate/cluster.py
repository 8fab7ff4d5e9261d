"""Several instances behind a load balancer, on one store. A killed instance can restart, with an empty memory."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from eventdemo.backend.schedule import scheduled_for, scheduled_run
from eventdemo.backend.wiring import Backend, build
from eventdemo.core import clock
from eventdemo.instances.process import DiedError
from eventdemo.instances.stage import Stage
from eventdemo.simulate.outbox import start_worker
from eventdemo.simulate.repairs import Repairs
from eventdemo.simulate.testbed import ScheduledJob, Testbed
from eventdemo.trace.conditions import Conditions
from mock_services.keyed_random import uniforms

T = TypeVar("T")
MAX_CLOCK_SKEW = 0.02
"""The largest delay of a cron schedule against the first instance, in seconds: clocks differ."""


class NoInstanceError(Exception):
    """No instance is alive to answer a request."""


class Cluster:
    """The instances of one run, and the load balancer in front of them."""

    def __init__(self, testbed: Testbed, conditions: Conditions, seed: int) -> None:
        self.company = testbed.company
        self.alive = testbed.alive
        self.backends: dict[str, Backend] = {}
        self._testbed = testbed
        self._seed = seed
        self._names = conditions.names
        self._repairs = Repairs(testbed, conditions.repairs, seed)
        self._requests: Counter[int] = Counter()
        self._catching_up: set[asyncio.Task[None]] = set()
        for name in self._names:
            self.start(name)

    def start(self, name: str) -> None:
        stage = self._testbed.start(name)
        backend = self.backends[name] = build(stage.bus, stage.store, stage.http)
        self._repairs.equip(stage, backend.caches)
        start_worker(stage)
        for job in self._repairs.unfinished():
            task = asyncio.create_task(_until_killed(self._do(name, job)))
            self._catching_up.add(task)
            task.add_done_callback(self._catching_up.discard)

    def kill(self, name: str) -> bool:
        """Kill an instance; return whether it was running."""
        if was_running := name in self.alive:
            self.alive[name].process.kill()
        return was_running

    async def ask(self, who: int, request: Callable[[Backend], Awaitable[T]]) -> T:
        """Let the load balancer send a request of user `who` to a running instance."""
        self._requests[who] += 1
        (draw, *_) = uniforms(self._seed, "balancer", who, self._requests[who])
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
        """Let a scheduled time come: on every instance, because each has the same cron schedule."""
        moment = clock.now()

        async def on_schedule(backend: Backend) -> None:
            with scheduled_for(cron, moment):
                await self._repairs.once(scheduled_run(), partial(job, backend))

        self._repairs.scheduled(on_schedule)
        async with asyncio.TaskGroup() as clocks:
            for number, name in enumerate(self._names):
                clocks.create_task(self._due(name, number, on_schedule))

    async def _due(self, name: str, number: int, job: ScheduledJob) -> None:
        await asyncio.sleep(round(MAX_CLOCK_SKEW * uniforms(self._seed, "clock", name)[0], 3) if number else 0)
        if name in self.alive:
            await _until_killed(self._do(name, job))

    async def drained(self) -> None:
        """Wait until every running instance is idle or dead, and no broadcast message is in flight."""
        for stage in (*self.alive.values(),):
            await _until_killed(stage.process.run(partial(_quiet, stage)))
        while self._catching_up:
            await asyncio.wait(self._catching_up)
        await self._repairs.delivered()

    async def exit(self) -> None:
        """End all processes, even if they are busy."""
        for stage in self.alive.values():
            await stage.process.exit()


async def _quiet(stage: Stage) -> None:
    await stage.bus.drain()
    await stage.inbox.drain()


async def _until_killed(work: Awaitable[None]) -> None:
    with suppress(DiedError):
        await work
