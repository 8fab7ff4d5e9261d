"""How long a loop that keeps trying pauses after a failure, and which failures it logs."""

import asyncio
import logging

MIN_DELAY, MAX_DELAY = 0.1, 5.0
"""Seconds between two attempts, doubled after each failure."""
LOG_INTERVAL = 60.0
"""Seconds between two lines in the log while the failures go on."""


class Backoff:
    """Consecutive failures of a loop that keeps trying: how long it pauses, and what the log says.

    The log says `failing` at the first failure and then once a minute, and `working` when the loop succeeds again.
    """

    def __init__(self, log: logging.Logger, failing: str, working: str) -> None:
        self._log = log
        self._failing = failing
        self._working = working
        self._began: float | None = None
        self._next_line = self._delay = 0.0

    @property
    def is_failing(self) -> bool:
        return self._began is not None

    def failed(self, error: BaseException) -> float:
        """Record a failure, and return how many seconds to pause."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began, self._next_line, self._delay = now, now, MIN_DELAY
        if now >= self._next_line:
            self._next_line = now + LOG_INTERVAL
            so_far = f" ({now - self._began:.0f} s so far)" if now > self._began else ""
            self._log.warning("%s%s: %s", self._failing, so_far, str(error) or type(error).__name__)
        delay, self._delay = self._delay, min(MAX_DELAY, 2 * self._delay)
        return delay

    def succeeded(self) -> None:
        if self._began is not None:
            self._log.warning("%s, after %.0f s.", self._working, asyncio.get_running_loop().time() - self._began)
            self._began = None
