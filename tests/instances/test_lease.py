"""A lease: one of many instances does the work; if it dies, fails or is blocked, another one does."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy.event import listen

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.dialects import DatabaseUnavailableError
from eventdemo.core import clock
from eventdemo.instances.lease import Leases
from eventdemo.instances.process import DiedError, Process
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.virtual_time import VirtualClock, run_in


class Instances:
    """Some instances with one database, and a log of what each of them did and when."""

    def __init__(self):
        self.log = []
        self.database = Database(pause=lambda: asyncio.sleep(0.001))
        self.leases = Leases(self.database, seconds=10, poll_interval=0.5)

    def note(self, instance, what):
        self.log.append((round(asyncio.get_running_loop().time(), 1), instance, what))

    async def works(self, instance, seconds=4.0, error=None):
        self.note(instance, "begins")
        await asyncio.sleep(seconds)
        if error:
            raise error
        self.note(instance, "ends")

    async def tries(self, instance, name="poll", *, delay=0, **work):
        await asyncio.sleep(delay)
        self.note(
            instance, "leads" if await self.leases.once(name, lambda: self.works(instance, **work)) else "follows"
        )


def run_scenario(scenario):
    """Run `scenario(instances)` in virtual time; return the log."""
    virtual = VirtualClock()

    async def main():
        instances = Instances()
        await scenario(instances)
        instances.database.close()
        return instances.log

    with clock.use(virtual):
        return run_in(KillableLoop(virtual), main())


def test_one_instance_does_the_work_and_the_others_wait():
    async def scenario(instances):
        await asyncio.gather(*(instances.tries(instance) for instance in "ABC"))

    assert run_scenario(scenario) == [
        (0.0, "A", "begins"),
        (4.0, "A", "ends"),
        (4.0, "A", "leads"),
        (4.0, "B", "follows"),
        (4.0, "C", "follows"),
    ]


def test_finished_work_is_not_repeated():
    async def scenario(instances):
        await instances.tries("A")
        await asyncio.sleep(3600)
        await instances.tries("B")

    assert run_scenario(scenario)[-1] == (3604.0, "B", "follows")


def test_two_pieces_of_work_have_two_leases():
    async def scenario(instances):
        await asyncio.gather(instances.tries("A", "poll at six"), instances.tries("B", "poll at seven"))

    assert [what for _, instance, what in run_scenario(scenario) if instance == "B"] == ["begins", "ends", "leads"]


def test_a_lease_is_renewed_for_as_long_as_the_work_takes():
    async def scenario(instances):
        await asyncio.gather(instances.tries("A", seconds=100), instances.tries("B"))

    assert [what for _, instance, what in run_scenario(scenario) if instance == "B"] == ["follows"]


def test_a_lease_is_renewed_after_a_renewal_that_found_the_database_locked():
    async def scenario(instances):
        def lock(*_):
            if 3 < asyncio.get_running_loop().time() < 4:
                raise DatabaseUnavailableError("locked", OSError())

        listen(instances.database.engine, "before_cursor_execute", lock)
        await asyncio.gather(instances.tries("A", seconds=100), instances.tries("B", delay=5))

    assert [what for _, instance, what in run_scenario(scenario) if instance == "B"] == ["follows"]


def test_if_the_holder_dies_another_instance_does_the_work_after_the_lease_expires():
    async def scenario(instances):
        process = Process("A")

        async def leads():
            with suppress(DiedError):
                await process.run(lambda: instances.tries("A", seconds=100))

        async def kills():
            await asyncio.sleep(9)  # the lease was renewed last at 6.7 s
            process.kill()

        async def follows():
            await asyncio.sleep(1)
            await instances.tries("B")

        await asyncio.gather(leads(), follows(), kills())

    assert run_scenario(scenario) == [
        (0.0, "A", "begins"),
        (16.7, "B", "begins"),
        (20.7, "B", "ends"),
        (20.7, "B", "leads"),
    ]


def test_work_that_raises_releases_its_lease_and_its_error_reaches_the_caller():
    async def scenario(instances):
        async def fails():
            with pytest.raises(OSError, match="no disk"):
                await instances.tries("A", error=OSError("no disk"))

        await asyncio.gather(fails(), instances.tries("B"))

    assert run_scenario(scenario) == [
        (0.0, "A", "begins"),
        (4.0, "B", "begins"),
        (8.0, "B", "ends"),
        (8.0, "B", "leads"),
    ]


def test_if_a_holder_is_blocked_for_longer_than_its_lease_two_instances_do_the_work():
    class Blocked(Leases):
        async def _keep_renewing(self, own):
            """Never renew, as if the event loop were blocked."""

    async def scenario(instances):
        async def take_over():
            await asyncio.sleep(1)
            instances.leases = Leases(instances.database)
            await instances.tries("B", seconds=30)

        instances.leases = Blocked(instances.database)
        await asyncio.gather(instances.tries("A", seconds=20), take_over())
        await instances.tries("C")

    assert run_scenario(scenario) == [
        (0.0, "A", "begins"),
        (10.0, "B", "begins"),
        (20.0, "A", "ends"),
        (20.0, "A", "leads"),
        (40.0, "B", "ends"),
        (40.0, "B", "leads"),
        (40.0, "C", "follows"),
    ]


def test_a_waiting_instance_notices_the_end_within_one_poll_interval():
    async def scenario(instances):
        async def start_later(after):
            await asyncio.sleep(after)
            await instances.tries("B")

        await asyncio.gather(instances.tries("A", seconds=4), start_later(0.3))

    (end,) = [when for when, instance, what in run_scenario(scenario) if (instance, what) == ("B", "follows")]
    assert 4.0 <= end <= 4.5
