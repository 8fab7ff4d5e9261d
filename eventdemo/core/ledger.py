"""The ledger: every delivery ends in exactly one fate, and the ledger balances.

A `Ledger` observes a bus. Deliveries are counted when they are handed out, fates when they end; the two counts are kept
apart, so a delivery that is not accounted for shows as a difference instead of disappearing.
"""

from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.fates import Fate


class Ledger(Observer):
    """Counts emits, deliveries and their fates. Its memory does not grow with their number."""

    def __init__(self) -> None:
        self.emits = 0
        self.deliveries = 0
        self.fates = dict.fromkeys(Fate, 0)

    @property
    def balanced(self) -> bool:
        return self.deliveries == sum(self.fates.values())

    def counts(self) -> dict[Fate, int]:
        """Return the fates that occurred, in the order of their definition."""
        return {fate: self.fates[fate] for fate in Fate if self.fates[fate]}

    def dispatched(self, emission: Emission) -> None:
        """Count an emit with its deliveries. An event without a listener is one line, so that it is accounted for."""
        self.emits += 1
        self.deliveries += len(emission.deliveries) or 1
        if not emission.deliveries:
            self.fates[Fate.NO_LISTENER] += 1

    def ended(self, delivery: Delivery) -> None:
        assert delivery.fate is not None
        self.fates[delivery.fate] += 1
