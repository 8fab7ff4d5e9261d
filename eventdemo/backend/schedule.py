"""Running a job on a cron expression, in an explicit time zone, never two runs at once.

A run that takes longer than the interval delays the next one to the first moment after its end; moments that pass
meanwhile are skipped. A job that raises is logged, and the schedule goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

from cronsim import CronSim

from eventdemo.core import clock

log = logging.getLogger(__name__)
_occasion: ContextVar[str] = ContextVar("eventdemo_occasion", default="")


def occasion() -> str:
    """Return for which moment of which schedule the current code runs, or "" if for none.

    It says the same on every instance: what several of them do on one occasion is one thing done several times.
    """
    return _occasion.get()


@contextmanager
def on_occasion(expression: str, moment: datetime) -> Iterator[None]:
    """Let what runs inside the block, and the tasks that it starts, know for which moment that is."""
    token = _occasion.set(f"{expression} at {moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
    try:
        yield
    finally:
        _occasion.reset(token)


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
        moment = next_moment(expression, zone, clock.current().now())
        await sleep_until(moment)
        try:
            with on_occasion(expression, moment):
                await job()
        except Exception:
            log.exception("the job %r failed; it runs again at its next moment", expression)
