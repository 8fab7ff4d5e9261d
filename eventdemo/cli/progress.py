"""A line on the terminal while schedules run, because a long search prints nothing else until its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

from eventdemo.cli.watch import ends_at_ctrl_c
from eventdemo.core.wording import plural

PATIENCE = 1.0
"""Seconds after which progress is shown."""
PAUSE = 0.2
"""Seconds between two changes of the line."""
ERASED = "\r\x1b[K"


@contextmanager
def counted(terminal: TextIO, *, shown: bool) -> Iterator[Callable[[], None]]:
    """Give a function to call after each schedule; a terminal shows how many ran, until the end or Ctrl-C."""
    began, ran = monotonic(), 0
    due = first = began + PATIENCE if shown and terminal.isatty() else float("inf")

    def after_a_schedule() -> None:
        nonlocal due, ran
        ran += 1
        if (now := monotonic()) >= due:
            due = now + PAUSE
            terminal.write(f"{ERASED}{plural(ran, 'schedule')} in {now - began:.0f} s (Ctrl-C ends the search)")
            terminal.flush()

    def erase() -> None:
        if due > first:
            terminal.write(ERASED)
            terminal.flush()

    with ends_at_ctrl_c(erase):
        try:
            yield after_a_schedule
        finally:
            erase()
