"""Numbers of a run, counted as it goes, in memory that does not grow with its length."""

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.fates import Fate
from eventdemo.trace.record import Metrics

if TYPE_CHECKING:
    from eventdemo.core.dispatch import BusState


class Quantiles:
    """Quantiles of durations, to three significant digits, so that a million durations need a few hundred counts."""

    def __init__(self) -> None:
        self.counts: Counter[float] = Counter()

    def add(self, seconds: float) -> None:
        self.counts[float(f"{seconds:.3g}")] += 1

    def at(self, share: float) -> float:
        """Return the duration that `share` of all do not exceed; 0 if there was none."""
        needed = share * self.counts.total()
        reached = 0
        for seconds in sorted(self.counts):
            reached += self.counts[seconds]
            if reached >= needed:
                return seconds
        return 0.0


class CallCounter:
    """Calls to services: how many, how many at once, how many were rate-limited (HTTP 429)."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()
        self.throttled = 0
        self._under_way: Counter[str] = Counter()

    def began(self, service: str) -> None:
        self.made[service] += 1
        self._under_way[service] += 1
        self.peak[service] = max(self.peak[service], self._under_way[service])

    def ended(self, service: str, answer: str) -> None:
        """Count a call's end; `answer` is its status, or the name of the error."""
        self._under_way[service] -= 1
        self.throttled += answer == "429"


class Stopwatch(Observer):
    """Measures the buses of a run: how long each emit took to return, when the last listener ended, in which order."""

    def __init__(self, time: Any) -> None:
        self.time = time
        self._latest: dict[tuple[BusState, str], int] = {}
        """The latest emission of each bus that a listener has finished with."""
        self.returned_after = Quantiles()
        self.last_ended = 0.0
        self.finished_out_of_order = 0
        self.started_out_of_order = 0

    def returned(self, emission: Emission) -> None:
        assert emission.returned is not None
        self.returned_after.add(emission.returned - emission.emitted)

    def started(self, delivery: Delivery) -> None:
        """Check that the coroutine listeners of one event start in registration order; plain ones always do."""
        emission = delivery.emission
        if delivery.subscription.is_coroutine and not emission.is_durable:  # for those, no order is guaranteed
            earlier = takewhile(lambda each: each is not delivery, emission.deliveries)
            self.started_out_of_order += any(
                each.started is None and each.ended is None and each.subscription.is_coroutine for each in earlier
            )

    def ended(self, delivery: Delivery) -> None:
        """Count a delivery that finished out of order: after a later one of the same listener."""
        if delivery.fate is Fate.SKIPPED:
            return
        assert delivery.ended is not None
        self.last_ended = max(delivery.ended, self.last_ended)
        emission = delivery.emission
        listener = emission.bus, delivery.subscription.name
        if emission.number < self._latest.get(listener, 0):
            self.finished_out_of_order += 1
        else:
            self._latest[listener] = emission.number

    def metrics(self, calls: CallCounter, longest_stall: float) -> Metrics:
        return Metrics(
            emit_returned_p50=self.returned_after.at(0.50),
            emit_returned_p95=self.returned_after.at(0.95),
            last_listener_done=rounded(self.last_ended),
            longest_stall=rounded(longest_stall),
            peak_in_flight=dict(sorted(calls.peak.items())),
            calls=dict(sorted(calls.made.items())),
            throttled=calls.throttled,
            finished_out_of_order=self.finished_out_of_order,
            started_out_of_order=self.started_out_of_order,
        )


def rounded(seconds: float) -> float:
    """Return a virtual time in whole microseconds: sums of floats differ in digits that mean nothing."""
    return round(seconds, 6)
