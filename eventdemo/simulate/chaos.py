"""Kills instances of a cluster, at listed times or at random with a certain rate, and restarts them."""

import asyncio
from collections.abc import Callable, Mapping
from random import Random

from eventdemo.instances.stage import Stage
from eventdemo.trace.conditions import Conditions, Crash

RESTART_AFTER = 1.0
"""Seconds until a randomly killed instance restarts."""
LAST_KILL = 600.0
"""No random kill after this time, in seconds, because a job that is killed again and again would never end."""


class Chaos:
    """Kills and restarts instances until `stop` is called."""

    def __init__(
        self, alive: Mapping[str, Stage], start: Callable[[str], None], conditions: Conditions, seed: int
    ) -> None:
        self._alive, self._start = alive, start
        self._restarts: set[asyncio.Task[None]] = set()
        plans = [self._crash(crash) for crash in conditions.crashes]
        if conditions.kill_rate:
            plans.append(self._kill_at_random(conditions.kill_rate / 60, Random(f"{seed} kills")))  # noqa: S311
        self._plans = [asyncio.create_task(plan) for plan in plans]

    async def restarts(self) -> None:
        while self._restarts:
            await asyncio.wait(self._restarts)

    def stop(self) -> None:
        for task in (*self._plans, *self._restarts):
            task.cancel()

    async def _crash(self, crash: Crash) -> None:
        await asyncio.sleep(crash.at)
        self._kill(crash.instance, None if crash.until is None else crash.until - crash.at)

    async def _kill_at_random(self, per_second: float, random: Random) -> None:
        while True:
            await asyncio.sleep(round(random.expovariate(per_second), 3))
            if asyncio.get_running_loop().time() > LAST_KILL:
                return
            if self._alive:
                self._kill(random.choice(sorted(self._alive)), RESTART_AFTER)

    def _kill(self, name: str, restart_after: float | None) -> None:
        if name not in self._alive:  # it restarts at the time of its earlier crash
            return
        self._alive[name].process.kill()
        if restart_after is not None:
            task = asyncio.create_task(self._restart(name, restart_after))
            self._restarts.add(task)
            task.add_done_callback(self._restarts.discard)

    async def _restart(self, name: str, after: float) -> None:
        await asyncio.sleep(after)
        self._start(name)
