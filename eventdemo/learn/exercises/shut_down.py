"""`shut-down`: exit without losing the work of running listeners."""

from collections.abc import Awaitable, Callable

from eventdemo.backend.events import AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, passed
from eventdemo.learn.judging import check_all_schedules, in_all

NOTHING_LOST = "everything was cleaned up"
DEVICE, TOPICS = "the device is still registered", "the topics are still subscribed"


def judge(shut_down: Callable[[EventBus], Awaitable[None]]) -> Feedback:
    """Emit a logout and shut down, in every schedule, and check whether the work was done."""

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
        return lost_work(left, removed=not bus.event_names()) if left else NOTHING_LOST

    found, refuted = check_all_schedules(NOTHING_LOST, log_out)
    return refuted or passed(
        f"No work is lost {in_all(found)}: drain waits for running listeners, however long they take."
    )


def lost_work(left: set[str], *, removed: bool) -> str:
    """Describe what the exit interrupted."""
    what = (
        "no listener is registered any more, but the running ones were interrupted" if removed else "the process ended"
    )
    return f"{what}: {' and '.join(sorted(left))}"


def done(left: set[str], work: str) -> None:
    access("the work")
    left.discard(work)


EXERCISE = Exercise(
    name="shut-down",
    task="The process has to stop right after a logout. Write what it must do first, so that no listener loses its "
    "work. The judge runs it in every schedule, without a clock.",
    hole="""
import asyncio

async def shut_down(bus):
    ...
""",
    answer="shut_down",
    judge=judge,
    hints=(
        "The emitter cannot know how long the listeners take. Which object knows the ones that still run?",
        "The bus keeps every task that it started, and can wait for them: see `drain` in eventdemo/core/bus.py.",
    ),
    solved="""
async def shut_down(bus):
    await bus.drain()
""",
    reasons="drain() returns when no listener runs any more, including the ones that running listeners start. A sleep "
    "is a bet on how long listeners take, and one turn of the event loop is too short.",
    wrong={
        """
import asyncio

async def shut_down(bus):
    await asyncio.sleep(0)
""": "In every order, the process ended: the device",
        """
import asyncio

async def shut_down(bus):
    await asyncio.sleep(5)
""": "It is a race",
        """
async def shut_down(bus):
    bus.drain()
""": "never awaited",
        """
async def shut_down(bus):
    bus.remove_all_listeners()
""": "no listener is registered any more",
    },
)
