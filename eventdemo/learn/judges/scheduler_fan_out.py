"""The judges of the exercises of `scheduler_fan_out`. They run the answer in virtual time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from eventdemo.learn.judging import reject, require
from eventdemo.learn.killed import error_of, raise_own


class Employees:
    """A table of ten employees. Each call takes a second, and while the job visits employee 3, employee 2 leaves."""

    def __init__(self) -> None:
        self.dates = dict.fromkeys(range(1, 11), 0.0)
        self.visits: list[int] = []

    async def page(self, order_by: str, offset: int, limit: int) -> list[int]:
        """Return the ids of a page, ordered by "id" or by "date", without the first `offset` of the list."""
        await asyncio.sleep(1)
        if order_by not in {"id", "date"}:
            raise ValueError(f'order_by must be "id" or "date", not {order_by!r}.')
        key = self.dates.__getitem__ if order_by == "date" else None
        return sorted(sorted(self.dates), key=key)[offset : offset + limit]

    async def after(self, last_id: int, limit: int) -> list[int]:
        """Return the next ids above `last_id`, in order."""
        await asyncio.sleep(1)
        return sorted(each for each in self.dates if each > last_id)[:limit]

    async def sync(self, user_id: int) -> None:
        """Sync one employee, and set the date."""
        await asyncio.sleep(1)
        self.visits.append(user_id)
        if user_id in self.dates:
            self.dates[user_id] = asyncio.get_running_loop().time()
        if user_id == 3:  # noqa: PLR2004 - see the docstring of the class
            self.dates.pop(2, None)


def all_once(sync_all: Callable[[Employees], Awaitable[Any]]) -> str:
    """Run the job over ten employees."""
    employees = Employees()
    raise_own(error_of(lambda: sync_all(employees)))
    visits = Counter(employees.visits)
    never = [str(each) for each in range(1, 11) if not visits[each]]
    require(not never, f"These employees are never visited: {', '.join(never)}.")
    again = [str(each) for each in visits if visits[each] > 1]
    require(not again, f"These employees are visited more than once: {', '.join(again)}.")
    return "Each employee is visited once, although dates move and a row disappears."


def no_overlap(guarded: Callable[[Callable[[], Awaitable[None]]], Callable[[], Awaitable[None]]]) -> str:
    """Tick every 30 s: the first run takes 45 s, the third one fails, and a second job has ticks of its own."""
    starts, others = list[float](), list[float]()

    async def job() -> None:
        starts.append(asyncio.get_running_loop().time())
        await asyncio.sleep(45 if len(starts) == 1 else 5)
        if starts[-1] == FAILS_AT:
            raise ConnectionError("Oracle is down.")

    async def other() -> None:
        others.append(asyncio.get_running_loop().time())

    async def main() -> None:
        tick, other_tick = guarded(job), guarded(other)
        async with asyncio.timeout(600), asyncio.TaskGroup() as ticks:
            for _ in range(TICKS):
                ticks.create_task(_without_errors(tick))
                ticks.create_task(_without_errors(other_tick))
                await asyncio.sleep(30)

    raise_own(error_of(main))
    shown = ", ".join(f"{each:g}" for each in starts) or "never"
    for start in EXPECTED_STARTS:
        require(start in starts, f"The job should start at {start:g} s, and it doesn't. It starts at: {shown}.")
    if starts != EXPECTED_STARTS:
        reject(f"The job runs from 0 to 45 s, and a tick in between starts it. It starts at: {shown}.")
    if len(others) != TICKS:
        reject(f"Another job, guarded on its own, should run at all 5 ticks. It ran {len(others)} times.")
    return "A tick during a run is dropped, and every later one runs, even after an error."


FAILS_AT, TICKS, EXPECTED_STARTS = 90.0, 5, [0.0, 60.0, 90.0, 120.0]


async def _without_errors(tick: Callable[[], Awaitable[None]]) -> None:
    """Do what a scheduler does with the error of a job: log it, and continue."""
    with suppress(ConnectionError):
        await tick()


PER_SECOND, USERS = 5, 25
MAX_CALLS, MAX_SECONDS = 60, 30.0


class RateLimitedError(ConnectionError):
    """Oracle answers 429: too many calls in this second."""

    retry_after = 1.0
    """Seconds after which to try again."""


class Oracle:
    """Oracle accepts five calls in each second, and an answer takes 0.1 s."""

    def __init__(self) -> None:
        self.calls = 0
        self.accepted: Counter[int] = Counter()

    async def tasks(self, user_id: int) -> int:
        """Return how many tasks wait for a user, or raise `RateLimitedError`."""
        self.calls += 1
        second = int(asyncio.get_running_loop().time() + 1e-9)
        refused = self.accepted[second] >= PER_SECOND
        self.accepted[second] += not refused
        await asyncio.sleep(0.01 if refused else 0.1)
        if refused:
            raise RateLimitedError("429 Too Many Requests")
        return user_id % 4


def within_the_rate(fetch_all: Callable[[Oracle, Sequence[int]], Awaitable[Any]]) -> str:
    """Fetch the tasks of 25 users."""
    oracle, got, took = Oracle(), list[Any](), list[float]()

    async def main() -> None:
        async with asyncio.timeout(3600):
            got.append(await fetch_all(oracle, range(1, USERS + 1)))
        took.append(asyncio.get_running_loop().time())

    raise_own(error_of(main))
    wanted = {user_id: user_id % 4 for user_id in range(1, USERS + 1)}
    require(isinstance(got[0], dict), f"Return a dictionary from user to number of tasks, not {got[0]!r}.")
    right = sum(got[0].get(user_id) == number for user_id, number in wanted.items())
    require(got[0] == wanted, f"The dictionary has the right number for {right} of {USERS} users.")
    if oracle.calls > MAX_CALLS:
        reject(f"Oracle got {oracle.calls} calls, more than {MAX_CALLS}, for {USERS} users: retry less often.")
    if took[0] > MAX_SECONDS:
        reject(f"It takes {took[0]:.0f} s. Oracle's limit allows it in {MAX_SECONDS:.0f} s.")
    return f"All {USERS} users in {took[0]:.1f} s, with {oracle.calls} calls."
