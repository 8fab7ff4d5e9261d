"""The repairs that are switched on in a run, and where each of them takes hold of an instance."""

from collections.abc import Awaitable, Callable, Sequence
from random import Random

from eventdemo.durable.bus import DurableBus
from eventdemo.instances.broadcast import Broadcast
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.instances.lease import Leases
from eventdemo.instances.stage import Stage
from eventdemo.simulate.testbed import Job, Testbed

LEASE = 10.0
"""Seconds that a leader, or whoever has a key, is waited for after the last sign of life."""
LEADER_LOOK, KEY_LOOK = 1.0, 0.1
"""Seconds between two looks at a job that another one does, and at a delivery that another one has."""
MESSAGE = (0.001, 0.02)
"""Seconds that a broadcast message takes, at least and at most."""


class Repairs:
    """Builds instances with what is to help them."""

    def __init__(self, testbed: Testbed, repairs: Sequence[str], seed: int) -> None:
        self._leader = Leases(testbed.database, seconds=LEASE, poll_interval=LEADER_LOOK)
        self._keys = Leases(testbed.database, seconds=LEASE, poll_interval=KEY_LOOK)
        self._leads = "leader-lock" in repairs
        chance = Random(f"{seed} broadcast")  # noqa: S311 - chance, not secrecy
        self._broadcast = Broadcast(lambda: round(chance.uniform(*MESSAGE), 6)) if "broadcast" in repairs else None
        self._jobs: list[Job] = []

    def equip(self, stage: Stage, memories: Sequence[object]) -> None:
        """Give an instance that was started what it needs."""
        for memory in memories:
            stage.inbox.subscribe(memory)
        if isinstance(stage.bus, IdempotentBus):
            stage.bus.keys.leases, stage.bus.keys.exempt = self._keys, (*memories,)
        if self._broadcast is not None:
            self._broadcast.join(stage.process, stage.bus, stage.inbox, echoes=isinstance(stage.bus, DurableBus))

    async def once(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Do a scheduled job, unless another instance leads."""
        if self._leads:
            await self._leader.once(name, job)
        else:
            await job()

    def scheduled(self, job: Job) -> None:
        """Remember a job whose moment has come."""
        self._jobs.append(job)

    def unfinished(self) -> Sequence[Job]:
        """Return the jobs that an instance which starts now has to look after: their leader may be dead."""
        return self._jobs if self._leads else ()

    async def delivered(self) -> None:
        """Wait until no broadcast message is under way."""
        if self._broadcast is not None:
            await self._broadcast.drain()
