"""The judges of the exercises of `many_instances`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.explore import access
from eventdemo.learn.judges.start_here import largest_bound
from eventdemo.learn.judging import (
    WrongAnswerError,
    check_all_schedules,
    fails_in_some_schedule,
    read,
    reject,
    require,
    write,
)
from eventdemo.learn.namespaces import as_in_another_process
from eventdemo.simulate import simulate
from eventdemo.trace.record import Trace

USERS = 6
DUE = 18
"""Deliveries of one poll by one instance."""


simulated = cache(partial(simulate, users=USERS, instances=3))


def polled_twice(run: Trace) -> str:
    """Report if more than one instance polled the employees."""
    words = f"the poll makes {run.deliveries} deliveries, but one instance alone makes {DUE}"
    return words if run.deliveries > DUE else ""


def twice_or_never(run: Trace) -> str:
    """Report deliveries that were done twice or never when an instance was killed during the poll."""
    done = run.ledger.get(Fate.DONE, 0)
    return f"A is killed, and eventually {done} deliveries are done, not {DUE}" if done != DUE else ""


def outdated_caches(run: Trace) -> str:
    return next((check.found for check in run.checks if not check.holds), "")


REPAIRS = ("leader-lock", "idempotency-key", "broadcast")
REQUIREMENTS: Mapping[str, tuple[Callable[..., Trace], Callable[[Trace], str]]] = {
    "one poll": (partial(simulated, "fan-out"), polled_twice),
    "nothing twice": (partial(simulated, "fan-out", crashes=("A@0.5",)), twice_or_never),
    "right names": (partial(simulated, "lifecycle"), outdated_caches),
}
"""What to run with a repair, and how to find what is wrong in the run."""


def which_repair(repairs: Mapping[str, Any]) -> str:
    """Run each requirement with the chosen repair."""
    require(set(repairs) == set(REQUIREMENTS), f"Name a repair for each of {', '.join(REQUIREMENTS)}.")
    for requirement, (run_with, complaint_about) in REQUIREMENTS.items():
        repair = repairs[requirement]
        if not isinstance(repair, str):
            reject(f"“{requirement}”: answer with the name of one repair, not {repair!r}.")
        require(repair in REPAIRS, f"“{requirement}”: {repair!r} is none of {', '.join(REPAIRS)}.")
        run = run_with(repairs=repair)
        if complaint := complaint_about(run):
            reject(f"“{requirement}” with {repair}: {complaint}.", run)
    return "All three are right. No repair meets another requirement, and each has a cost."


share_the_bound = partial(largest_bound, instances=4)


Job = Callable[[], Awaitable[None]]
Once = Callable[["ClaimedJobs", str, Job], Awaitable[None]]


class ClaimedJobs:
    """A table with a unique column, in the shared store."""

    def __init__(self) -> None:
        self._rows: set[str] = set()

    async def contains(self, moment: str) -> bool:
        await read("the table")
        return moment in self._rows

    async def add(self, moment: str) -> bool:
        """Insert a row; return whether it was new."""
        await write("the table")
        new = moment not in self._rows
        self._rows.add(moment)
        return new


def first_come(once: Once) -> str:
    """Let the job become due on one instance, then on two, in every schedule. Each has its own copy of the answer."""
    try:
        check_all_schedules(partial(come_due, once, instances=1))
    except WrongAnswerError as wrong:
        reject(f"One instance is up, the other is not. {wrong.words}", *wrong.shows)
    try:
        in_all = check_all_schedules(partial(come_due, once))
    except WrongAnswerError as wrong:
        if fails_in_some_schedule(partial(come_due, once, apart=False)):
            raise
        words = "It works only while both instances share your variables. Two processes share nothing but the table:"
        reject(f"{words} {wrong.words[0].lower()}{wrong.words[1:]}", *wrong.shows)
    return f"It ran once, {in_all}, because add inserts the row and reports whether it was new in one step."


async def come_due(once: Once, bus: EventBus, *, instances: int = 2, apart: bool = True) -> None:
    """Let the job become due on each instance; if they are not apart, they share the variables of the answer."""
    table, ran = ClaimedJobs(), list[int]()

    async def poll(_: str) -> None:
        await write("the job")
        ran.append(1)

    def job_of_an_instance() -> Job:
        async def job() -> None:
            await bus.emit_async("poll.due", "06:00")

        return job

    bus.on("poll.due", poll)
    shared = as_in_another_process(once)  # a fresh copy for each schedule
    answers = [as_in_another_process(once) if apart else shared for _ in range(instances)]
    await asyncio.gather(*(answer(table, "06:00", job_of_an_instance()) for answer in answers))
    access("the job", write=False)
    require(len(ran) == 1, f"the job ran {len(ran)} times")
