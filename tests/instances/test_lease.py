"""A lease: one of many does the work to its end; if the holder dies, fails or stalls, another one does it."""

import asyncio
from contextlib import suppress

import pytest

from eventdemo.backend.storage.database import Database
from eventdemo.core import clock
from eventdemo.instances.lease import Leases
from eventdemo.instances.process import DiedError, Process
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.virtual_time import VirtualClock, run_in


class Office:
    """Some instances with one database, and a log of who did what when."""

    def __init__(self):
        self.log = []
        self.database = Database(pause=lambda: asyncio.sleep(0.001))
        self.leases = Leases(self.database, seconds=10, poll_interval=0.5)

    def note(self, who, what):
        self.log.append((round(asyncio.get_running_loop().time(), 1), who, what))

    async def works(self, who, seconds=4.0, error=None):
        self.note(who, "begins")
        await asyncio.sleep(seconds)
        if error:
            raise error
        self.note(who, "ends")

    async def tries(self, who, name="poll", **work):
        self.note(who, "leads" if await self.leases.once(name, lambda: self.works(who, **work)) else "follows")


def played(play):
    """Run `play(office)` in virtual time; return the log."""
    virtual = VirtualClock()

    async def main():
        office = Office()
        await play(office)
        office.database.close()
        return office.log

    with clock.use(virtual):
        return run_in(KillableLoop(virtual), main())


def test_one_does_it_and_the_others_wait_for_the_end():
    async def play(office):
        await asyncio.gather(*(office.tries(who) for who in "ABC"))

    assert played(play) == [
        (0.0, "A", "begins"),
        (4.0, "A", "ends"),
        (4.0, "A", "leads"),
        (4.0, "B", "follows"),
        (4.0, "C", "follows"),
    ]


def test_what_is_done_stays_done():
    async def play(office):
        await office.tries("A")
        await asyncio.sleep(3600)
        await office.tries("B")

    assert played(play)[-1] == (3604.0, "B", "follows")


def test_two_pieces_of_work_have_two_leases():
    async def play(office):
        await asyncio.gather(office.tries("A", "poll at six"), office.tries("B", "poll at seven"))

    assert [what for _, who, what in played(play) if who == "B"] == ["begins", "ends", "leads"]


def test_a_lease_is_renewed_for_as_long_as_the_work_takes():
    async def play(office):
        await asyncio.gather(office.tries("A", seconds=100), office.tries("B"))

    assert [what for _, who, what in played(play) if who == "B"] == ["follows"]


def test_if_the_holder_dies_another_one_does_it_when_the_lease_has_run_out():
    async def play(office):
        process = Process("A")

        async def leads():
            with suppress(DiedError):
                await process.run(lambda: office.tries("A", seconds=100))

        async def kills():
            await asyncio.sleep(9)  # the lease was renewed last at 6.7 s
            process.kill()

        async def follows():
            await asyncio.sleep(1)
            await office.tries("B")

        await asyncio.gather(leads(), follows(), kills())

    assert played(play) == [(0.0, "A", "begins"), (16.7, "B", "begins"), (20.7, "B", "ends"), (20.7, "B", "leads")]


def test_work_that_raises_is_free_for_the_others_and_its_error_goes_to_whoever_did_it():
    async def play(office):
        async def fails():
            with pytest.raises(OSError, match="no disk"):
                await office.tries("A", error=OSError("no disk"))

        await asyncio.gather(fails(), office.tries("B"))

    assert played(play) == [(0.0, "A", "begins"), (4.0, "B", "begins"), (8.0, "B", "ends"), (8.0, "B", "leads")]


def test_a_holder_that_stalls_for_longer_than_its_lease_is_overtaken_and_two_do_it():
    class Stalled(Leases):
        async def _keep_renewing(self, mine):
            """Find no time to."""

    async def play(office):
        async def overtakes():
            await asyncio.sleep(1)
            office.leases = Leases(office.database)
            await office.tries("B", seconds=30)

        office.leases = Stalled(office.database)
        await asyncio.gather(office.tries("A", seconds=20), overtakes())
        await office.tries("C")

    assert played(play) == [
        (0.0, "A", "begins"),
        (10.0, "B", "begins"),
        (20.0, "A", "ends"),
        (20.0, "A", "leads"),
        (40.0, "B", "ends"),
        (40.0, "B", "leads"),
        (40.0, "C", "follows"),
    ]


def test_nobody_waits_longer_than_one_look_after_the_end():
    async def play(office):
        async def looks(after):
            await asyncio.sleep(after)
            await office.tries("B")

        await asyncio.gather(office.tries("A", seconds=4), looks(0.3))

    (end,) = [when for when, who, what in played(play) if (who, what) == ("B", "follows")]
    assert 4.0 <= end <= 4.5
