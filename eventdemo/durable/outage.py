"""What a loop logs that keeps trying: the first failure in a row, the second, fourth, eighth and so on, and the end."""

import logging


class Outage:
    """Counts failures in a row. `failing` and `working` say what they cause, and what holds again afterwards."""

    def __init__(self, log: logging.Logger, failing: str, working: str) -> None:
        self._log = log
        self._failing = failing
        self._working = working
        self._failures = 0

    def failed(self, error: BaseException) -> None:
        self._failures += 1
        if self._failures.bit_count() == 1:
            self._log.warning(
                "%s (attempt %d failed): %s", self._failing, self._failures, str(error) or type(error).__name__
            )

    def over(self) -> None:
        if self._failures:
            self._log.warning("%s, after %d failed attempts.", self._working, self._failures)
            self._failures = 0
