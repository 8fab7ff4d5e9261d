"""The ledger: every delivery ends in exactly one fate, and the ledger balances.

A `Ledger` observes a bus. Deliveries are counted when they are handed out, fates when they end; the two counts are kept
apart, so a delivery that is not accounted for shows as a difference instead of disappearing.
"""

import asyncio
from collections import Counter

from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.fates import Fate, LostError

DONE = Fate.DONE  # looking up a member of an enum takes a while


class Ledger(Observer):
    """Counts emits, deliveries and their fates. Its memory does not grow with their number."""

    def __init__(self) -> None:
        self.emits = 0
        self.deliveries = 0
        self.fates: Counter[Fate] = Counter()

    @property
    def balanced(self) -> bool:
        return self.deliveries == self.fates.total()

    def counts(self) -> dict[Fate, int]:
        """Return the fates that occurred, in the order of their definition."""
        return {fate: self.fates[fate] for fate in Fate if self.fates[fate]}

    def emitted(self, emission: Emission) -> None:
        self.emits += 1

    def delivered(self, delivery: Delivery) -> None:
        self.deliveries += 1

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        self.fates[fate_of(delivery, error)] += 1

    def skipped(self, delivery: Delivery) -> None:
        self.fates[Fate.SKIPPED] += 1

    def missed(self) -> None:
        """Count a delivery that another instance should have had."""
        self.deliveries += 1
        self.fates[Fate.OTHER_INSTANCE] += 1

    def returned(self, emission: Emission) -> None:
        """Count an event without a listener as one line, so that it is accounted for."""
        if not emission.deliveries:
            self.deliveries += 1
            self.fates[Fate.NO_LISTENER] += 1


def fate_of(delivery: Delivery, error: BaseException | None) -> Fate:
    """Return the fate of a delivery: what was raised, and whether the error reached the emitter."""
    if error is None:
        if not delivery.emission.may_repeat:
            return DONE
        earlier = delivery.emission.deliveries[: delivery.position]
        is_repeated = any(each.subscription.listener == delivery.subscription.listener for each in earlier)
        return Fate.DUPLICATE if is_repeated else DONE  # a function that is registered twice gets the event twice
    if isinstance(error, LostError):
        return error.fate
    if isinstance(error, asyncio.CancelledError | GeneratorExit):  # the latter if its loop or its task is gone
        return Fate.CANCELLED_AT_EXIT
    if delivery.subscription.suppress_errors:
        return Fate.FAILED_LOGGED
    return Fate.FAILED_SEEN if delivery.error_observed else Fate.FAILED_UNSEEN
