"""A time limit for code that may never come back, such as `while True: pass` in an answer."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic
from types import FrameType
from typing import Any


class TimeLimitError(KeyboardInterrupt):
    """Code ran longer than its limit. It is an interrupt, because `except Exception` must not stop it."""

    def __init__(self, line: int | None) -> None:
        super().__init__(f"at line {line}" if line else "")
        self.line = line
        """The line in the watched file that was running."""


def time_limit(seconds: float, filename: str) -> AbstractContextManager[None]:
    """Raise `TimeLimitError` in the running code after `seconds` of real time, with its line in the file `filename`.

    A timer interrupts the main thread; in another one there is no limit. A browser has no timer that could interrupt
    Python, so there the limit is checked at each line of that file.
    """
    if sys.platform == "emscripten":
        return checked_at_each_line(seconds, filename)
    return interrupted(seconds, filename) if threading.current_thread() is threading.main_thread() else nullcontext()


@contextmanager
def interrupted(seconds: float, filename: str) -> Iterator[None]:
    """Let the operating system interrupt the code."""

    def ring(_: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_filename != filename:
            frame = frame.f_back
        raise TimeLimitError(frame and frame.f_lineno)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def checked_at_each_line(seconds: float, filename: str) -> Iterator[None]:
    """Look at the clock before each line of the file. A call into other code that never returns isn't noticed."""
    ends = monotonic() + seconds

    def look(frame: FrameType, _: str, __: Any) -> Any:
        if frame.f_code.co_filename != filename:
            return None
        if monotonic() > ends:
            raise TimeLimitError(frame.f_lineno)
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
