"""What a loop does that keeps trying: how long it pauses, and which failures in a row it logs."""

import logging

MIN_DELAY, MAX_DELAY = 0.1, 5.0
"""Seconds between two attempts, doubled after each failure."""


class Outage:
    """Counts failures in a row. `failing` and `working` say what they cause, and what holds again afterwards.

    The log gets the first failure, the second, fourth, eighth and so on, and the end.
    """

    def __init__(self, log: logging.Logger, failing: str, working: str) -> None:
        self._log = log
        self._failing = failing
        self._working = working
        self._failures = 0

    def failed(self, error: BaseException) -> float:
        """Count a failure, and return how many seconds to pause."""
        self._failures += 1
        if self._failures.bit_count() == 1:
            self._log.warning(
                "%s (attempt %d failed): %s", self._failing, self._failures, str(error) or type(error).__name__
            )
        return min(MAX_DELAY, MIN_DELAY * 2.0 ** min(self._failures - 1, 10))

    def over(self) -> None:
        if self._failures:
            self._log.warning("%s, after %d failed attempts.", self._working, self._failures)
            self._failures = 0
