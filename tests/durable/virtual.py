"""A durable bus, its outbox and its worker in virtual time, for tests of failures."""

import asyncio

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.core.ledger import Ledger
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.outbox_engine import OutboxEngine
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.worker import Worker
from eventdemo.simulate import VirtualClock, VirtualLoop
from eventdemo.simulate.virtual_time import run_in


def play(main, *args, **options):
    """Run `main(*args, **options)` in virtual time, which is also the time of events."""
    virtual = VirtualClock()
    with clock.use(virtual):
        return run_in(VirtualLoop(virtual), main(*args, **options))


def now():
    return round(asyncio.get_running_loop().time(), 6)


class Process:
    """One process of a durable backend: a bus, a worker and an engine. The database outlives it."""

    def __init__(self, database=None, *, policy=None, **options):
        self.database = database or Database()
        self.outbox = Outbox(self.database)
        self.bus = DurableBus(self.outbox)
        self.processed = ProcessedJobs(self.database)
        self.ledger = Ledger()
        self.bus.observe(self.ledger)
        self.worker = Worker(self.bus, self.processed)
        self._policy = policy or RetryPolicy()
        self._options = options
        self._working = None

    @property
    def engine(self):
        policies = dict.fromkeys(self.bus.listener_names, self._policy)
        return OutboxEngine(policies=policies, outbox=self.outbox, **self._options)

    def work(self):
        """Start a worker on the outbox; return its task."""
        self._working = asyncio.create_task(self.engine.work(self.worker.handle))
        return self._working

    async def stop(self):
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)

    async def until_idle(self, within=1000.0):
        """Wait until no job waits."""
        async with asyncio.timeout(within):
            while await self.outbox.waiting():  # noqa: ASYNC110 - polls like another process
                await asyncio.sleep(0.1)

    async def all_done(self):
        self.work()
        await self.until_idle()
        await self.stop()


def logins(*user_ids):
    return [AuthLogin(id=f"e{user_id}", user_id=user_id) for user_id in user_ids]


async def accept(process, *user_ids):
    async with process.database.unit():
        for event in logins(*user_ids):
            process.bus.emit(event)
