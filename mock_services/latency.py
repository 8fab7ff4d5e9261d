"""How long a fake takes to answer: distributions, each as its inverse, from a number in (0, 1) to a time.

Times are whole milliseconds, because the `exp` of two platforms may differ in the last bit, and traces must not.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class Constant:
    """Every answer takes the same time."""

    ms: float

    def milliseconds(self, draw: float) -> int:
        """Return the time that belongs to a number in (0, 1)."""
        return round(self.ms)

    def scaled(self, factor: float) -> "Constant":
        """Return the same distribution, `factor` times as slow."""
        return Constant(self.ms * factor)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Mostly quick with a long tail, as real services are."""

    median_ms: float
    p95_ms: float

    def __post_init__(self) -> None:
        if not 0 < self.median_ms <= self.p95_ms:
            raise ValueError(
                f"The p95 ({self.p95_ms} ms) must be at least the median ({self.median_ms} ms), and both above 0."
            )

    def milliseconds(self, draw: float) -> int:
        """Return the time that belongs to a number in (0, 1)."""
        sigma = math.log(self.p95_ms / self.median_ms) / _Z95
        return round(self.median_ms * math.exp(sigma * _NORMAL.inv_cdf(draw)))

    def scaled(self, factor: float) -> "LogNormal":
        """Return the same distribution, `factor` times as slow."""
        return LogNormal(self.median_ms * factor, self.p95_ms * factor)


Latency = Constant | LogNormal
