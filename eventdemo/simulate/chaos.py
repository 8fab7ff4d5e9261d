"""Who kills instances: a list of crashes, or chance at a certain rate."""

import asyncio
from random import Random

from eventdemo.simulate.cluster import Cluster
from eventdemo.trace.conditions import Conditions, Crash

RESTART_AFTER = 1.0
"""Seconds until an instance that chance killed is started again."""
LAST_KILL = 600.0
"""Chance kills nobody later than this, in seconds: a job that is killed over and over would never end."""


class Chaos:
    """Kills instances of a cluster, and starts them again, until it is told to stop."""

    def __init__(self, cluster: Cluster, conditions: Conditions, seed: int) -> None:
        self._cluster = cluster
        self._restarts: set[asyncio.Task[None]] = set()
        plans = [self._crash(crash) for crash in conditions.crashes]
        if conditions.kill_rate:
            plans.append(self._kill_by_chance(conditions.kill_rate / 60, Random(f"{seed} kills")))  # noqa: S311
        self._plans = [asyncio.create_task(plan) for plan in plans]

    async def restarts(self) -> None:
        """Wait until everybody is back who is to be started again."""
        while self._restarts:
            await asyncio.wait(self._restarts)

    def stop(self) -> None:
        """Kill nobody any more."""
        for task in (*self._plans, *self._restarts):
            task.cancel()

    async def _crash(self, crash: Crash) -> None:
        await asyncio.sleep(crash.at)
        self._kill(crash.instance, None if crash.until is None else crash.until - crash.at)

    async def _kill_by_chance(self, per_second: float, chance: Random) -> None:
        while True:
            await asyncio.sleep(round(chance.expovariate(per_second), 3))
            if asyncio.get_running_loop().time() > LAST_KILL:
                return
            if self._cluster.members:
                self._kill(chance.choice(sorted(self._cluster.members)), RESTART_AFTER)

    def _kill(self, name: str, restart_after: float | None) -> None:
        died = self._cluster.kill(name)
        if died and restart_after is not None:  # who is dead already is started again by whoever killed it
            task = asyncio.create_task(self._restart(name, restart_after))
            self._restarts.add(task)
            task.add_done_callback(self._restarts.discard)

    async def _restart(self, name: str, after: float) -> None:
        await asyncio.sleep(after)
        self._cluster.start(name)
