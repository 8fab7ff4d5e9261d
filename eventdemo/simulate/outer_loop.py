"""The loop that already runs in this thread: a notebook's, or that of a listener that blocks."""

import asyncio
from asyncio import events, tasks
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_place_of_the_running_loop() -> Iterator[None]:
    """Step out of the running loop and its current task, if any, and back in at the end."""
    outer = events._get_running_loop()
    task = asyncio.current_task(outer) if outer is not None else None
    if outer is not None and task is not None:
        tasks._leave_task(outer, task)  # 3.14 refuses to enter a task while another one is current
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(outer)
        if outer is not None and task is not None:
            tasks._enter_task(outer, task)
