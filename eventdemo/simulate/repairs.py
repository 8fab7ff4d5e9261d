"""The fixes that are switched on in a run, and how each changes an instance."""

from collections.abc import Awaitable, Callable, Sequence
from random import Random

from eventdemo.durable.bus import DurableBus
from eventdemo.instances.broadcast import Broadcast
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.instances.lease import Leases
from eventdemo.instances.stage import Stage
from eventdemo.simulate.testbed import ScheduledJob, Testbed

LEASE = 10.0
"""Seconds after its last renewal until the lease of a leader or of a key expires."""
LEADER_POLL, KEY_POLL = 1.0, 0.1
"""Seconds between two polls of a job that another instance runs, and of a delivery that another one holds."""
MESSAGE = (0.001, 0.02)
"""The shortest and longest time that a broadcast message takes, in seconds."""


class Repairs:
    """The fixes of one run: a leader lock, idempotency keys, broadcast."""

    def __init__(self, testbed: Testbed, repairs: Sequence[str], seed: int) -> None:
        self._leader = Leases(testbed.database, seconds=LEASE, poll_interval=LEADER_POLL)
        self._keys = Leases(testbed.database, seconds=LEASE, poll_interval=KEY_POLL)
        self._leads = "leader-lock" in repairs
        chance = Random(f"{seed} broadcast")  # noqa: S311 - chance, not secrecy
        self._broadcast = Broadcast(lambda: round(chance.uniform(*MESSAGE), 6)) if "broadcast" in repairs else None
        self._jobs: list[ScheduledJob] = []

    def equip(self, stage: Stage, caches: Sequence[object]) -> None:
        for cache in caches:
            stage.inbox.subscribe(cache)
        if isinstance(stage.bus, IdempotentBus):
            stage.bus.keys.leases, stage.bus.keys.exempt = self._keys, (*caches,)
        if self._broadcast is not None:
            self._broadcast.join(stage.process, stage.bus, stage.inbox, echoes=isinstance(stage.bus, DurableBus))

    async def once(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Run a scheduled job, unless another instance holds the leader lock."""
        if self._leads:
            await self._leader.once(name, job)
        else:
            await job()

    def scheduled(self, job: ScheduledJob) -> None:
        self._jobs.append(job)

    def unfinished(self) -> Sequence[ScheduledJob]:
        """Return the jobs that a starting instance has to resume, because their leader may be dead."""
        return self._jobs if self._leads else ()

    async def delivered(self) -> None:
        if self._broadcast is not None:
            await self._broadcast.drain()
