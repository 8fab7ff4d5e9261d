"""Runs of one job beside each other: as `@nestjs/schedule` starts them, and one after another, as ours do."""

import asyncio
from datetime import UTC

import pytest

from eventdemo.backend.schedule import run_on_schedule
from eventdemo.core import clock
from eventdemo.pitfalls.cron_overlap import PERIOD, at_each_tick, one_after_another
from eventdemo.simulate import simulate
from eventdemo.simulate.virtual_time import VirtualClock, VirtualLoop, run_in
from tests.pitfalls.orders import end, ends, printed

TICKS = 8


class LongJob:
    """Takes two and a half periods."""

    def __init__(self, period):
        self.period = period
        self.starts = self.at_once = self.most_at_once = 0

    async def __call__(self):
        self.starts += 1
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(2.5 * self.period)
        self.at_once -= 1


def played(main):
    virtual = VirtualClock()
    with clock.use(virtual):
        return run_in(VirtualLoop(virtual), main)


async def for_some_ticks(main, period):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(main, (TICKS + 0.9) * period)


@pytest.mark.parametrize(
    ("ticker", "setting"), [(at_each_tick, "default"), (one_after_another, "waitForCompletion:true")]
)
def test_a_job_of_two_and_a_half_periods_runs_as_nest_runs_it(ticker, setting):
    job = LongJob(PERIOD)

    played(for_some_ticks(ticker(job, ticks=100), PERIOD))

    (line,) = [line for line in printed("12_schedule") if line.startswith(f"1 s cron, 2.5 s handler, {setting} ")]
    assert line.endswith(f"starts {job.starts}, most at once {job.most_at_once}")


def test_our_schedule_runs_one_after_another_too():
    job = LongJob(60)

    played(for_some_ticks(run_on_schedule(job, "* * * * *", UTC), 60))

    assert (job.starts, job.most_at_once) == (3, 1)


def test_in_most_orders_of_two_overlapping_runs_somebody_is_told_twice():
    assert ends("cron-overlap") == {"1 of 1 people are told twice": 18, "nobody is told twice": 2}
    assert ends("cron-overlap:repaired") == {"nobody is told twice": 1}


def test_those_are_told_twice_whom_the_first_run_had_not_reached_when_the_second_began():
    broken, repaired = (simulate("cron-overlap", variant=name) for name in ("broken", "repaired"))

    assert broken.metrics.peak_in_flight["oracle-fusion"] == 2
    assert repaired.metrics.peak_in_flight["oracle-fusion"] == 1
    assert (broken.emitted, repaired.emitted) == (44, 25)


def test_a_bus_that_waits_for_nobody_marks_before_anybody_is_told_so_the_runs_seldom_meet():
    """It is no repair: what is marked then is not done, which is `marked-synced-anyway`."""
    assert ends("cron-overlap", "detached") == {"nobody is told twice": 110, "1 of 1 people are told twice": 48}
    assert end("cron-overlap", "broken", strategy="detached") == "nobody is told twice"
