"""The whole backend on fakes, in virtual time: what the tests of the patterns play their scenes in."""

import asyncio
import inspect
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.storage.database import Database, no_pause
from eventdemo.backend.storage.dialects import IN_MEMORY
from eventdemo.backend.storage.store import Store
from eventdemo.backend.wiring import Backend, build
from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer
from eventdemo.simulate.virtual_time import VirtualClock, run
from mock_services import Company, MockServices


class Diary(Observer):
    """Writes down every event that is emitted."""

    def __init__(self):
        self.events = []

    def emitted(self, emission):
        self.events += emission.args

    def names(self):
        return [event.name for event in self.events]


@dataclass
class Office:
    """A backend at work, and all that may be looked at afterwards."""

    backend: Backend
    company: Company
    services: MockServices
    database: Database
    diary: Diary = field(default_factory=Diary)

    def __post_init__(self):
        self.backend.bus.observe(self.diary)

    @property
    def bus(self):
        return self.backend.bus

    @property
    def store(self):
        return self.backend.store

    @property
    def pushes(self):
        return [(push.token, push.title) for push in self.services.fcm.latest]

    def tokens(self, user_id):
        return [device.token for device in self.company.devices(user_id)]

    def anyone(self, *having):
        """Return the id of the first employee about whom all of this is true."""
        employees = filter(self.company.is_employee, range(1, self.company.users + 1))
        return next(n for n in employees if all(has(n) for has in having))

    def with_devices(self, count):
        return self.anyone(lambda n: len(self.company.devices(n)) >= count)

    def with_task(self, *domains):
        return self.anyone(lambda n: all(self.company.pending_tasks(n, domain) for domain in domains))

    def topics_left(self, user_id):
        gone = self.services.fcm.unsubscribed
        return [
            (device.token, topic)
            for device in self.company.devices(user_id)
            for topic in device.topics
            if (device.token, topic) not in gone
        ]


@asynccontextmanager
async def at_work(*, users=60, vendor_share=1 / 25, faults=None, url=IN_MEMORY, pause=no_pause, store=Store, bus=None):
    """Build an office; at the end, wait for its listeners and close it."""
    company = Company(users, vendor_share=vendor_share)
    database = Database(url, pause=pause)
    fill(database, company)
    services = MockServices(company, faults)
    async with httpx.AsyncClient(transport=services.transport(), trust_env=False) as http:
        backend = build(bus() if bus else EventBus(strict=True), store(database), http)
        try:
            yield Office(backend, company, services, database)
            await backend.bus.drain()
        finally:
            database.close()


def play(scene, **options):
    """Play a scene, `async def scene(office)`, in virtual time; return what it returns."""
    virtual = VirtualClock()

    async def main():
        async with at_work(**options) as office:
            return await scene(office)

    with clock.use(virtual):
        return run(main(), virtual)


def in_the_office(**options):
    """Make a test of a scene; parameters after `office` are pytest's."""

    def decorate(scene):
        def test(**given):
            play(partial(scene, **given), **options)

        test.__name__ = scene.__name__
        _, *rest = inspect.signature(scene).parameters.values()
        test.__signature__ = inspect.Signature(rest)
        return test

    return decorate


def now():
    """Return the virtual time in seconds."""
    return round(asyncio.get_running_loop().time(), 6)
