"""`shut-down`: leaving without losing what the listeners are still doing."""

from collections.abc import Awaitable, Callable

from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuthLogout
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, passed
from eventdemo.learn.judging import check_all_schedules, in_all

NOTHING_LOST = "everything was cleaned up"
DEVICE, TOPICS = "the device is still registered", "the topics are still subscribed"


def judge(shut_down: Callable[[EventBus], Awaitable[None]]) -> Feedback:
    """Let somebody log out, shut down, and see in every order of waits whether the work was done."""

    async def log_out(bus: EventBus) -> str:
        left = {DEVICE, TOPICS}

        async def log_out_devices(_: AuthLogout) -> None:
            await wait()
            done(left, DEVICE)

        async def unsubscribe_from_topics(_: AuthLogout) -> None:
            await wait()
            await wait()
            done(left, TOPICS)

        bus.on(AuthLogout, log_out_devices)
        bus.on(AuthLogout, unsubscribe_from_topics)
        bus.emit(AuthLogout(user_id=7))
        await shut_down(bus)
        access("the work", write=False)
        return told(left, removed=not bus.event_names()) if left else NOTHING_LOST

    found, refuted = check_all_schedules(NOTHING_LOST, log_out)
    return refuted or passed(f"Nothing is lost {in_all(found)}: drain waits for what runs, however long it takes.")


def told(left: set[str], *, removed: bool) -> str:
    """Say what the end of the process cut off."""
    nobody = "nobody listens any more, but what had begun was cut off" if removed else "the process ended"
    return f"{nobody}: {' and '.join(sorted(left))}"


def done(left: set[str], work: str) -> None:
    """Take something off the list."""
    access("the work")
    left.discard(work)


EXERCISE = Exercise(
    name="shut-down",
    task="The process is asked to stop, right after a logout. Write what it has to do first, so that no listener loses "
    "its work. Judged in every order in which waits can end, not on a clock.",
    hole="""
import asyncio

async def shut_down(bus):
    ...
""",
    answer="shut_down",
    judge=judge,
    hints=(
        "The emitter cannot know how long the listeners take. Who knows which of them still run?",
        "The bus holds on to every task that it started, and can wait for them: see `drain` in eventdemo/core/bus.py.",
    ),
    solved="""
async def shut_down(bus):
    await bus.drain()
""",
    reasons="drain() returns when no listener runs any more, including those that a running one starts in turn. A "
    "sleep is a bet on how long listeners take; a turn of the loop is far too short a one.",
    wrong=(
        Wrong(
            """
import asyncio

async def shut_down(bus):
    await asyncio.sleep(0)
""",
            "In whatever order waits end, the process ended: the device",
        ),
        Wrong(
            """
import asyncio

async def shut_down(bus):
    await asyncio.sleep(5)
""",
            "Whether it works is luck",
        ),
        Wrong(
            """
async def shut_down(bus):
    bus.drain()
""",
            "never awaited",
        ),
        Wrong(
            """
async def shut_down(bus):
    bus.remove_all_listeners()
""",
            "nobody listens any more",
        ),
    ),
)
