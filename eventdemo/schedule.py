"""Running a job on a cron expression, in an explicit time zone, never two runs at once.

A run that takes longer than the interval delays the next one to the first moment after its end; moments that pass
meanwhile are skipped. A job that raises is logged, and the schedule goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo

from cronsim import CronSim

from eventdemo import clock

log = logging.getLogger(__name__)


def next_moment(expression: str, zone: tzinfo, after: datetime) -> datetime:
    """Return the first moment after `after` that a cron expression names, read in `zone`."""
    return next(CronSim(expression, after.astimezone(zone)))


async def sleep_until(moment: datetime) -> None:
    """Wait for a moment of the clock; a timer counts by another clock and may fire too early, so ask again."""
    while (left := moment.timestamp() - clock.current().now().timestamp()) > 0:  # noqa: ASYNC110 - no event tells it
        await asyncio.sleep(left)


async def run_on_schedule(job: Callable[[], Awaitable[None]], expression: str, zone: tzinfo) -> None:
    """Run `job` at each moment of `expression`, until cancelled."""
    while True:
        await sleep_until(next_moment(expression, zone, clock.current().now()))
        try:
            await job()
        except Exception:
            log.exception("the job %r failed; it runs again at its next moment", expression)
