"""A line on the terminal while schedules run, because a long search prints nothing else until its end."""

from time import monotonic
from typing import Self, TextIO

PATIENCE = 1.0
"""Seconds after which the line appears."""
PAUSE = 0.2
"""Seconds between two changes of the line."""
ERASED = "\r\x1b[K"


class Progress:
    """Writes how many schedules have run, and for how long. It erases the line at its end."""

    def __init__(self, terminal: TextIO, *, shown: bool) -> None:
        self._terminal = terminal
        self._schedules = 0
        self._began = monotonic()
        self._due = self._began + PATIENCE if shown and terminal.isatty() else float("inf")

    def ran(self) -> None:
        self._schedules += 1
        if (now := monotonic()) >= self._due:
            self._due = now + PAUSE
            self._write(f"{ERASED}{self._schedules:,} schedules in {now - self._began:.0f} s (Ctrl-C ends the search)")

    def erase(self) -> None:
        if self._began + PATIENCE < self._due < float("inf"):
            self._write(ERASED)

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.erase()
