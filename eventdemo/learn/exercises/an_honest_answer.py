"""`an-honest-answer`: return 500 if a listener failed, and 200 only if the work is done."""

from collections.abc import Awaitable, Callable

from eventdemo.core.bus import EventBus
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, passed
from eventdemo.learn.judging import check_all_schedules, in_all

HONEST = "both answers were true"
OK, BROKEN = 200, 500


def judge(answer: Callable[[EventBus, str], Awaitable[int]]) -> Feedback:
    """Request a sync that succeeds and one that fails, in every schedule."""

    async def request_syncs(bus: EventBus) -> str:
        synced: set[str] = set()

        async def sync_profile_of_ann() -> None:
            await wait()
            access("the profiles")
            synced.add("Ann")

        async def sync_profile_of_bo() -> None:
            await wait()
            raise ConnectionError("Oracle is down")

        bus.on("sync of Ann", sync_profile_of_ann)
        bus.on("sync of Bo", sync_profile_of_bo)
        good = await answer(bus, "sync of Ann")
        access("the profiles", write=False)
        if good != OK or not synced:
            return f"Ann's sync was answered with {good!r} and {'done' if synced else 'not done yet'}"
        bad = await answer(bus, "sync of Bo")
        return HONEST if bad == BROKEN else f"Bo's sync failed and was answered with {bad!r}"

    found, refuted = check_all_schedules(HONEST, request_syncs)
    return refuted or passed(f"200 meant done and 500 meant failed, {in_all(found)}.")


EXERCISE = Exercise(
    name="an-honest-answer",
    task="A client requests a sync over HTTP. Emit the event, and return 200 if the listener has done its work, 500 if "
    "it failed. Ann's sync succeeds, Bo's fails. The judge runs it in every schedule.",
    hole="""
async def answer(bus, event):
    ...
""",
    answer="answer",
    judge=judge,
    hints=(
        "emit returns before a coroutine listener has begun, so you get neither its result nor its error.",
        "await bus.emit_async(event) raises an ExceptionGroup after all listeners have ended, if some failed.",
    ),
    solved="""
async def answer(bus, event):
    try:
        await bus.emit_async(event)
    except ExceptionGroup:
        return 500
    return 200
""",
    reasons="emit_async waits, and it raises. One ExceptionGroup contains all errors, because several listeners can "
    "fail. Promise.all, and therefore emitAsync, reports the first error and drops the others.",
    wrong={
        """
async def answer(bus, event):
    bus.emit(event)
    return 200
""": "Ann's sync was answered with 200 and not done yet",
        """
async def answer(bus, event):
    await bus.emit_async(event)
    return 200
""": "Your code raised an error. ExceptionGroup",
        """
async def answer(bus, event):
    bus.emit(event)
    await bus.drain()
    return 200
""": "Bo's sync failed and was answered with 200",
        """
async def answer(bus, event):
    try:
        await bus.emit_async(event)
    except ExceptionGroup:
        return "500"
    return "200"
""": "Ann's sync was answered with '200' and done",
    },
)
