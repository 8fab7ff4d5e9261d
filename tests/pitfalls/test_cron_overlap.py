"""Overlapping runs of one job, as `@nestjs/schedule` starts them, and runs one after another, as ours starts them."""

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


def run_virtual(main):
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

    run_virtual(for_some_ticks(ticker(job, ticks=100), PERIOD))

    (line,) = [line for line in printed("12_schedule") if line.startswith(f"1 s cron, 2.5 s handler, {setting} ")]
    assert line.endswith(f"starts {job.starts}, most at once {job.most_at_once}")


def test_our_schedule_runs_one_after_another_too():
    job = LongJob(60)

    run_virtual(for_some_ticks(run_on_schedule(job, "* * * * *", UTC), 60))

    assert (job.starts, job.most_at_once) == (3, 1)


def test_in_most_schedules_of_two_overlapping_runs_a_user_is_notified_twice():
    assert ends("cron-overlap") == {"1 of 1 users are notified twice": 18, "no user is notified twice": 2}
    assert ends("cron-overlap:repaired") == {"no user is notified twice": 1}


def test_users_are_notified_twice_if_the_first_run_had_not_reached_them_when_the_second_began():
    broken, repaired = (simulate("cron-overlap", variant=name) for name in ("broken", "repaired"))

    assert broken.metrics.peak_in_flight["oracle-fusion"] == 2
    assert repaired.metrics.peak_in_flight["oracle-fusion"] == 1
    assert (broken.emitted, repaired.emitted) == (44, 25)


def test_a_detached_bus_marks_users_before_they_are_notified_so_the_runs_seldom_overlap():
    """This is not a fix, because users are marked before the work is done, which is `marked-synced-anyway`."""
    assert ends("cron-overlap", "detached") == {"no user is notified twice": 110, "1 of 1 users are notified twice": 48}
    assert end("cron-overlap", "broken", strategy="detached") == "no user is notified twice"
