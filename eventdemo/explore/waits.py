"""The waits that may end next: sleeps, timers, and work in threads; each is an option under the path of its task."""

import asyncio
from asyncio import futures
from heapq import heappop, heappush

from eventdemo.explore.steps import Path

ENDS_A_SLEEP = futures._set_result_unless_cancelled  # type: ignore[attr-defined]
"""What `asyncio.sleep` has its timer call."""


class Waits:
    """Sleeps come in the order in which they began. Timers come after them, unless they are overdue."""

    def __init__(self) -> None:
        self.sleeps: dict[Path, asyncio.TimerHandle] = {}
        self.others: dict[Path, asyncio.TimerHandle] = {}
        """Timers, and work in threads. Its path is that of the task that began it, and a negative number."""
        self._begun: dict[Path, int] = {}
        self._last_resorts: list[tuple[float, int, asyncio.TimerHandle]] = []

    def path_below(self, parent: Path) -> Path:
        """Return a new path for something other than a task: a timer, a callback, or work in a thread."""
        self._begun[parent] = number = self._begun.get(parent, 0) + 1
        return (*parent, -number)

    def add_last_resort(self, handle: asyncio.TimerHandle) -> None:
        """Add a timer that fires only when nothing else can happen."""
        (number,) = self.path_below(())
        heappush(self._last_resorts, (handle.when(), -number, handle))

    def pending(self, now: float) -> list[Path]:
        sleeps = [path for path, handle in self.sleeps.items() if not handle._cancelled]
        if not self.others:
            return sleeps
        due, later = list[Path](), list[Path]()
        for path, handle in [*self.others.items()]:
            if handle.cancelled():
                del self.others[path]
            else:
                (due if handle.when() <= now else later).append(path)
        return [*due, *sleeps, *later]

    def get(self, path: Path) -> asyncio.TimerHandle | None:
        return self.sleeps.get(path) or self.others.get(path)

    def end(self, path: Path) -> asyncio.TimerHandle:
        return self.sleeps.pop(path, None) or self.others.pop(path)

    def last_resort(self) -> asyncio.TimerHandle | None:
        while self._last_resorts:
            _, _, handle = heappop(self._last_resorts)
            if not handle.cancelled():
                return handle
        return None
