"""What can go wrong with a program of your own, each as one message: it never ends, or leaves a thread running."""

import os
import signal
import threading
from asyncio import events
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from eventdemo.cli.errors import CommandError
from eventdemo.simulate.deadlock import StepLimitError
from eventdemo.simulate.import_program import is_program
from eventdemo.simulate.unsupported import is_library

PATIENCE = 10.0
"""Seconds of processor time that an import, or one turn of the loop, may take; a busy machine changes nothing."""
OURS = str(Path(__file__).parents[1])


class ThreadLeftError(CommandError):
    """A thread would keep this process alive."""


class StuckError(KeyboardInterrupt):
    """The program holds the thread. It is an interrupt, because the program's `except Exception` must not stop it."""


@contextmanager
def watched(name: str) -> Iterator[None]:
    """Run a program of your own: report its mistakes in one line, and interrupt it if it holds the thread too long."""
    if not is_program(name):
        yield
        return
    before = {*threading.enumerate()}
    try:
        with ends_at_ctrl_c(), _interrupted_if_stuck(name):
            yield
    except StepLimitError as endless:
        raise CommandError(f"{name} never ends: {endless.waiting}. Let it end by itself.") from endless
    if left := [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]:
        raise ThreadLeftError(f"{name} leaves a thread running, {', '.join(left)}. Start it inside of the function.")


@contextmanager
def ends_at_ctrl_c(restore_terminal: Callable[[], object] = lambda: None) -> Iterator[None]:
    """End this process at once at Ctrl-C.

    There is nothing to save, a KeyboardInterrupt would be one of the program's own exceptions, and nested loops would
    print tracebacks.
    """

    def leave(*_: object) -> None:
        restore_terminal()
        os._exit(130)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _interrupted_if_stuck(name: str) -> Iterator[None]:
    """Interrupt code during which the loop makes no step, such as `while True: pass`.

    Only the main thread can be interrupted, and nothing on a system without timers, as in a browser.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    seen: object = None

    def look(_: int, frame: FrameType | None) -> None:
        nonlocal seen
        loop = events._get_running_loop()
        now = (loop, getattr(loop, "_steps_left", None))
        if now == seen and (place := _place(frame)):
            raise StuckError(place)
        seen = now

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE, PATIENCE)
    try:
        yield
    except StuckError as stuck:
        held = f"{name} holds the thread for more than {PATIENCE:g} s at {stuck}"
        raise CommandError(f"{held}. Let it await, or end.") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _place(frame: FrameType | None) -> str:
    """Return file and line of the program's innermost function that is running, or nothing if none is."""
    while frame is not None and (frame.f_code.co_filename.startswith(OURS) or is_library(frame.f_code.co_filename)):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno}" if frame else ""
