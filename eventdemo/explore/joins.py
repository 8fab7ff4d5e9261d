"""Steps in which a wait begins, and a task goes on that had awaited several others.

If another of those had been the last to end, the new wait could have ended before that task goes on. So the step
depends on any other if the task then accesses something, or if the program ends.
"""

import asyncio
from typing import TYPE_CHECKING

from eventdemo.explore.observed import orders_ends
from eventdemo.explore.steps import ANYTHING

if TYPE_CHECKING:
    from eventdemo.explore.loop import ControlledLoop


def run_watched(loop: "ControlledLoop", handle: asyncio.Handle) -> None:
    """Run a callback, and note if its step may depend on any other through the order in which tasks end."""
    if orders_ends(handle):
        loop.accesses.add((ANYTHING, True))
    follows, left = _follows_a_new_wait(loop, handle), len(loop._ready)
    if follows and _is_of_task(handle):
        _note_join(loop)
    handle._run()
    if follows and len(loop._ready) > left:
        _note_join(loop)


def _note_join(loop: "ControlledLoop") -> None:
    """Collect the accesses of the rest of the step on their own."""
    if loop.before_join is None:
        loop.before_join = {*loop.accesses}
        loop.accesses.clear()


def _follows_a_new_wait(loop: "ControlledLoop", handle: asyncio.Handle) -> bool:
    """Return whether this callback is that of a task's end, in a step in which a wait has begun or is about to."""
    if not (handle._args and isinstance(handle._args[0], asyncio.Task)):
        return False
    waits = loop._waits.pending(loop.clock.time)
    return any(path == loop._running or path not in loop.options for path in waits) or any(
        not each._args and _is_of_task(each) for each in loop._ready
    )


def _is_of_task(handle: asyncio.Handle) -> bool:
    return isinstance(getattr(handle._callback, "__self__", None), asyncio.Task)  # type: ignore[attr-defined]
