"""`nothing-dropped`: call listeners without knowing which of them are coroutines."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import access, wait
from eventdemo.learn.exercise import Exercise, Feedback, passed
from eventdemo.learn.judging import check_all_schedules, in_all

ALL_DONE = "all three listeners were done when it returned"
PLAIN, COROUTINE, WRAPPED = "the plain function", "the coroutine function", "the lambda around one"
KINDS = (PLAIN, COROUTINE, WRAPPED)
Dispatch = Callable[[Sequence[Callable[[int], Any]], int], Awaitable[None]]


def judge(dispatch: Dispatch) -> Feedback:
    """Dispatch an event to three kinds of listener, in every schedule."""

    async def log_out(bus: EventBus) -> str:
        done: list[str] = []

        def note_what_is_done(what: str) -> None:
            access("what is done")
            done.append(what)

        def finish(what: str) -> None:
            bus.emit("work.done", what)

        async def finish_later(what: str) -> None:
            await wait()
            finish(what)

        async def clear_token(_: int) -> None:
            await finish_later(COROUTINE)

        async def call_your_dispatch(user_id: int) -> None:
            await dispatch([lambda _: finish(PLAIN), clear_token, lambda _: finish_later(WRAPPED)], user_id)

        bus.on("work.done", note_what_is_done)
        bus.on("auth.logout", call_your_dispatch)
        await bus.emit_async("auth.logout", 7)
        access("what is done", write=False)
        left = [what for what in KINDS if what not in done]
        if left:
            return f"it returned before {' and '.join(left)} had finished"
        return ALL_DONE if len(done) == len(KINDS) else f"it called {len(KINDS)} listeners {len(done)} times"

    found, refuted = check_all_schedules(ALL_DONE, log_out)
    return refuted or passed(f"All three are done {in_all(found)}.")


EXERCISE = Exercise(
    name="nothing-dropped",
    task="Write the core of a bus: call each listener with the event, and return when all have finished. One is a "
    "plain function, one a coroutine function, one a lambda that returns a coroutine. The judge runs it in every "
    "schedule.",
    hole="""
from inspect import isawaitable, iscoroutinefunction

async def dispatch(listeners, event):
    ...
""",
    answer="dispatch",
    judge=judge,
    hints=(
        "The kind of listener does not matter. What does the call return?",
        "result = listener(event). If isawaitable(result), await it.",
    ),
    solved="""
from inspect import isawaitable, iscoroutinefunction

async def dispatch(listeners, event):
    for listener in listeners:
        result = listener(event)
        if isawaitable(result):
            await result
""",
    reasons="isawaitable checks the returned object, so it detects the coroutine of a lambda, a partial or an object "
    "with an async __call__. iscoroutinefunction checks the function, so a wrapper hides the coroutine.",
    wrong={
        """
async def dispatch(listeners, event):
    for listener in listeners:
        listener(event)
""": "it returned before the coroutine function and the lambda around one had finished",
        """
async def dispatch(listeners, event):
    for listener in listeners:
        await listener(event)
""": "TypeError",
        """
from inspect import isawaitable, iscoroutinefunction

async def dispatch(listeners, event):
    for listener in listeners:
        if iscoroutinefunction(listener):
            await listener(event)
        else:
            listener(event)
""": "it returned before the lambda around one had finished",
        """
import asyncio
from inspect import isawaitable, iscoroutinefunction

async def dispatch(listeners, event):
    for listener in listeners:
        result = listener(event)
        if isawaitable(result):
            asyncio.create_task(result)
""": "the coroutine function and the lambda around one had finished.",
        """
from inspect import isawaitable

async def dispatch(listeners, event):
    for listener in listeners:
        listener(event)
        result = listener(event)
        if isawaitable(result):
            await result
""": "it called 3 listeners",
    },
)
