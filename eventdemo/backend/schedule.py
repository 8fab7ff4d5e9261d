"""Run a job on a cron schedule, in an explicit time zone, never two runs at once.

If a run takes longer than the interval, the next one starts at the first scheduled time after its end. Those in between
are skipped, and each is logged. An error of the job is logged, and the schedule goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

from cronsim import CronSim

from eventdemo.core import clock
from eventdemo.core.delivery import is_cancellation, listener_name

log = logging.getLogger(__name__)
_scheduled_run: ContextVar[str] = ContextVar("eventdemo_scheduled_run", default="")


def scheduled_run() -> str:
    """Return the id of the scheduled run that the current code belongs to, or "" if there is none.

    The id is a cron expression and a time, so it is the same on every instance that runs the job.
    """
    return _scheduled_run.get()


@contextmanager
def scheduled_for(expression: str, when: datetime) -> Iterator[None]:
    """Make the code inside the block, and the tasks that it starts, belong to the run at `when`."""
    token = _scheduled_run.set(f"{expression} at {when.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
    try:
        yield
    finally:
        _scheduled_run.reset(token)


def next_time(expression: str, zone: tzinfo, after: datetime) -> datetime:
    return next(CronSim(expression, after.astimezone(zone)))


async def sleep_until(when: datetime) -> None:
    """Sleep until the clock shows `when`. A timer uses another clock and may fire too early, hence the loop."""
    while (left := when.timestamp() - clock.now().timestamp()) > 0:  # noqa: ASYNC110 - a clock has no event
        await asyncio.sleep(left)


async def run_on_schedule(job: Callable[[], Awaitable[None]], expression: str, zone: tzinfo) -> None:
    """Run `job` at each time of a cron expression, until cancelled.

    While a run goes on, each scheduled time that passes is logged with the job's name: a run that never ends stops the
    schedule, but not silently.
    """
    name = listener_name(job)
    while True:
        when = next_time(expression, zone, clock.now())
        await sleep_until(when)
        watching = asyncio.create_task(_log_skipped_times(name, when, expression, zone))
        try:
            with scheduled_for(expression, when):
                await job()
        except (Exception, asyncio.CancelledError) as error:
            if is_cancellation(error):
                raise
            log.exception("the job %s (%r) failed; it runs again at its next scheduled time", name, expression)
        finally:
            watching.cancel()


async def _log_skipped_times(name: str, began: datetime, expression: str, zone: tzinfo) -> None:
    while True:
        when = next_time(expression, zone, clock.now())
        await sleep_until(when)
        log.warning("the job %s (%r), begun at %s, still runs: its run at %s is skipped", name, expression, began, when)
