"""A job runs at the times of a cron expression in a given zone: never twice at once, and never for a past time."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSimError

from eventdemo.backend.patterns.fan_out import CheckNotifications, WeeklyProfileSync
from eventdemo.backend.schedule import next_time, run_on_schedule, scheduled_run, sleep_until
from eventdemo.core import clock
from eventdemo.simulate.virtual_time import START, VirtualClock, run

DUBAI, NEW_YORK, BERLIN = ZoneInfo("Asia/Dubai"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
MINUTE = 60
FRIDAY = WeeklyProfileSync.cron
EVERY_FIVE_MINUTES = CheckNotifications.cron


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "after", "when"),
    [
        (UTC, "2026-03-04 00:00", "2026-03-06 06:00"),
        (DUBAI, "2026-03-04 00:00", "2026-03-06 02:00"),
        (NEW_YORK, "2026-03-04 00:00", "2026-03-06 11:00"),
        (NEW_YORK, "2026-03-06 11:00", "2026-03-13 10:00"),  # the clocks went forward on Sunday the 8th
        (NEW_YORK, "2026-10-30 10:00", "2026-11-06 11:00"),  # and back on Sunday, November 1st
        (DUBAI, "2026-03-06 02:00", "2026-03-13 02:00"),
        (DUBAI, "2026-03-05 23:00", "2026-03-06 02:00"),  # it is Friday there already
        (UTC, "2026-03-06 05:59:59", "2026-03-06 06:00"),
        (UTC, "2026-03-06 06:00", "2026-03-13 06:00"),
    ],
)
def test_friday_at_six_is_six_in_the_stated_zone(zone, after, when):
    assert next_time(FRIDAY, zone, utc(after)) == utc(when)


def test_a_time_skipped_in_spring_comes_once():
    nights = [utc("2026-03-28 12:00")]
    for _ in range(3):
        nights.append(next_time("30 2 * * *", BERLIN, nights[-1]))

    local = [night.astimezone(BERLIN) for night in nights[1:]]
    assert [night.day for night in local] == [29, 30, 31]
    assert [(night.hour, night.minute) for night in local[1:]] == [(2, 30), (2, 30)]


def test_a_time_repeated_in_autumn_comes_once():
    nights = [utc("2026-10-24 12:00")]
    for _ in range(3):
        nights.append(next_time("30 2 * * *", BERLIN, nights[-1]))

    assert [night.astimezone(BERLIN).day for night in nights[1:]] == [25, 26, 27]


def test_an_invalid_expression_is_rejected():
    with pytest.raises(CronSimError):
        next_time("every five minutes", UTC, START)


def starts_within(seconds, job, expression=EVERY_FIVE_MINUTES, zone=UTC, virtual=None):
    """Run a schedule for a time; return when the job began, in seconds since the start."""
    virtual = virtual or VirtualClock()
    begun = []

    async def noted():
        begun.append(asyncio.get_running_loop().time())
        await job(len(begun))

    async def main():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await run_on_schedule(noted, expression, zone)
        return begun

    with clock.use(virtual):
        return run(main(), virtual)


def takes(*seconds):
    async def job(number):
        await asyncio.sleep(seconds[number - 1] if number <= len(seconds) else 0)

    return job


def test_a_job_runs_at_each_scheduled_time():
    assert starts_within(21 * MINUTE, takes()) == [300, 600, 900, 1200]


def test_the_poll_runs_every_five_minutes_and_the_sync_on_fridays_at_six():
    assert START.strftime("%A %H:%M") == "Friday 06:00"
    week = timedelta(weeks=1).total_seconds()

    assert starts_within(2 * week + 1, takes(), FRIDAY) == [week, 2 * week]
    assert starts_within(week, takes(), FRIDAY, NEW_YORK) == [5 * 60 * MINUTE]


def test_two_runs_never_overlap_and_missed_times_are_skipped():
    assert starts_within(40 * MINUTE, takes(0, 11 * MINUTE)) == [300, 600, 1500, 1800, 2100, 2400][:-1]


def test_a_run_that_ends_exactly_at_a_scheduled_time_skips_that_time():
    assert starts_within(21 * MINUTE, takes(5 * MINUTE)) == [300, 900, 1200]


def test_a_job_that_raises_is_logged_and_the_schedule_goes_on(caplog):
    async def job(number):
        if number == 2:
            raise ZeroDivisionError("the second run")

    assert starts_within(21 * MINUTE, job) == [300, 600, 900, 1200]

    (record,) = caplog.records
    assert record.getMessage() == "the job noted ('*/5 * * * *') failed; it runs again at its next scheduled time"
    assert str(record.exc_info[1]) == "the second run"


def test_a_job_that_awaits_something_cancelled_has_failed_and_the_schedule_goes_on(caplog):
    async def job(number):
        if number == 2:
            other = asyncio.create_task(asyncio.sleep(100))
            asyncio.get_running_loop().call_soon(other.cancel)
            await other

    assert starts_within(21 * MINUTE, job) == [300, 600, 900, 1200]

    (record,) = caplog.records
    assert record.getMessage() == "the job noted ('*/5 * * * *') failed; it runs again at its next scheduled time"


def test_a_run_that_never_ends_is_logged_at_each_scheduled_time_that_it_skips(caplog):
    assert starts_within(21 * MINUTE, takes(0, 1000 * MINUTE)) == [300, 600]

    assert [record.getMessage() for record in caplog.records] == [
        "the job noted ('*/5 * * * *'), begun at 2026-01-02 06:10:00+00:00, still runs: its run at "
        f"2026-01-02 06:{minute}:00+00:00 is skipped"
        for minute in (15, 20)
    ]


def test_a_run_that_ends_in_time_is_not_logged(caplog):
    starts_within(21 * MINUTE, takes(4 * MINUTE, 4 * MINUTE))

    assert caplog.records == []


def test_cancelling_the_schedule_cancels_the_run():
    ended = []

    async def job(_):
        try:
            await asyncio.sleep(10 * MINUTE)
        finally:
            ended.append(asyncio.get_running_loop().time())

    starts_within(7 * MINUTE, job)

    assert ended == [7 * MINUTE]


class HastyTimers(VirtualClock):
    """A clock that shows only 99 % of the time when a timer fires."""

    def now(self):
        return START + timedelta(seconds=self.time * 0.99)


def test_a_timer_that_fires_early_does_not_cause_a_second_run():
    starts = starts_within(21 * MINUTE, takes(), virtual=HastyTimers())

    assert [round(start * 0.99) for start in starts] == [300, 600, 900, 1200]


def test_sleeping_until_a_past_time_returns_at_once():
    virtual = VirtualClock()

    with clock.use(virtual):
        run(sleep_until(START - timedelta(days=1)), virtual)

    assert virtual.time == 0


def test_the_time_may_be_in_another_zone_than_the_clock():
    virtual = VirtualClock()

    with clock.use(virtual):
        run(sleep_until((START + timedelta(hours=1)).astimezone(NEW_YORK)), virtual)

    assert virtual.time == 60 * MINUTE


def test_a_job_and_its_tasks_know_their_scheduled_run():
    ids = []

    async def job(number):
        ids.append(scheduled_run())
        await asyncio.create_task(listener())

    async def listener():
        ids.append(scheduled_run())

    starts_within(10 * MINUTE, job)

    assert ids == [f"{EVERY_FIVE_MINUTES} at 2026-01-02T06:05Z"] * 2
    assert scheduled_run() == ""
