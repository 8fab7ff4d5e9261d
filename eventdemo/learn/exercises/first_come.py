"""`first-come`: two instances, one job, and a table in the store that decides which instance runs it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from eventdemo.core.bus import EventBus
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, passed
from eventdemo.learn.judging import Program, check_all_schedules, in_all
from eventdemo.learn.namespaces import as_in_another_process

ONCE = "the job ran once"
Job = Callable[[], Awaitable[None]]
Once = Callable[["ClaimedJobs", str, Job], Awaitable[None]]


class ClaimedJobs:
    """A table with a unique column, in the shared store."""

    def __init__(self) -> None:
        self._rows: set[str] = set()

    async def contains(self, moment: str) -> bool:
        await wait()
        access("the table", write=False)
        return moment in self._rows

    async def add(self, moment: str) -> bool:
        """Insert a row; return whether it was new."""
        await wait()
        access("the table")
        new = moment not in self._rows
        self._rows.add(moment)
        return new


def judge(once: Once) -> Feedback:
    """Let the job become due on one instance, then on two, in every schedule. Each has its own copy of the answer."""
    _, refuted = check_all_schedules(ONCE, _due_on("A", once=once))
    if refuted is not None:
        return replace(refuted, words=f"One instance is up, the other is not. {refuted.words}")
    found, refuted = check_all_schedules(ONCE, _due_on("A", "B", once=once))
    if refuted is not None and check_all_schedules(ONCE, _due_on("A", "B", once=once, apart=False))[1] is None:
        words = "It works only while both instances share your variables. Two processes share nothing but the table:"
        return replace(refuted, words=f"{words} {refuted.words[0].lower()}{refuted.words[1:]}")
    return refuted or passed(
        f"It ran once, {in_all(found)}, because add inserts the row and reports whether it was new in one step."
    )


def _due_on(*instances: str, once: Once, apart: bool = True) -> Program:
    async def come_due(bus: EventBus) -> str:
        table, ran = ClaimedJobs(), list[int]()

        async def poll(_: str) -> None:
            await wait()
            access("the job")
            ran.append(1)

        async def job() -> None:
            await bus.emit_async("poll.due", "06:00")

        bus.on("poll.due", poll)
        answers = [as_in_another_process(once) if apart else once for _ in instances]
        await asyncio.gather(*(answer(table, "06:00", job) for answer in answers))
        access("the job", write=False)
        return ONCE if len(ran) == 1 else f"the job ran {len(ran)} times"

    return come_due


EXERCISE = Exercise(
    name="first-come",
    task="At 06:00 the job is due on two instances, which share a table. `await table.contains(moment)` returns "
    "whether a row exists, `await table.add(moment)` inserts one and returns whether it was new. Run `await job()` on "
    "one instance only. The instances share the table and nothing else. The judge runs it in every schedule, with one "
    "instance and with two.",
    hole="""
async def once(table, moment, job):
    ...
""",
    answer="once",
    judge=judge,
    hints=(
        "What can the other instance do between your check and your insert?",
        "One of the two methods checks and inserts in a single step.",
    ),
    solved="""
async def once(table, moment, job):
    if await table.add(moment):
        await job()
""",
    reasons="Between contains and add, the other instance can check, too. A unique column decides in one step which "
    "insert was first. Inserting before the job gives at-most-once, inserting after it at-least-once.",
    wrong={
        """
async def once(table, moment, job):
    if not await table.contains(moment):
        await table.add(moment)
        await job()
""": "the job ran 2 times. It is a race",
        """
async def once(table, moment, job):
    await job()
    await table.add(moment)
""": "It fails in all",
        """
async def once(table, moment, job):
    if await table.contains(moment):
        await job()
""": "One instance is up, the other is not. In every order, the job ran 0 times",
        """
async def once(table, moment, job):
    if not await table.add(moment):
        await job()
""": "One instance is up, the other is not. In every order, the job ran 0 times",
        """
done = set()

async def once(table, moment, job):
    if moment not in done:
        done.add(moment)
        await job()
""": "works only while both instances share your variables",
        """
import asyncio

lock = asyncio.Lock()

async def once(table, moment, job):
    async with lock:
        if not await table.contains(moment):
            await table.add(moment)
            await job()
""": "works only while both instances share your variables",
    },
)
