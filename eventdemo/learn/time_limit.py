"""A time limit for code that may never come back, such as `while True: pass` in an answer."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StuckError(KeyboardInterrupt):
    """Code ran longer than its limit. It is an interrupt, because `except Exception` must not stop it."""

    def __init__(self, line: int | None) -> None:
        super().__init__(f"at line {line}" if line else "")
        self.line = line
        """The line in the watched file that was running."""


@contextmanager
def time_limit(seconds: float, filename: str) -> Iterator[None]:
    """Raise `StuckError` in the running code after `seconds` of real time, with its line in the file `filename`.

    Only the main thread can be interrupted; in another one there is no limit.
    """

    def ring(_: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_filename != filename:
            frame = frame.f_back
        raise StuckError(frame and frame.f_lineno)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
