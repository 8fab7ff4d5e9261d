"""The open deliveries of an instance: those that have begun and not ended."""

from eventdemo.core.delivery import Delivery, Observer
from eventdemo.core.fates import Fate, LostError


class OpenDeliveries(Observer):
    """Collects them, so that their fate can be recorded when the instance is killed."""

    def __init__(self) -> None:
        self._open: dict[Delivery, None] = {}

    def delivered(self, delivery: Delivery) -> None:
        self._open[delivery] = None

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        self._open.pop(delivery, None)

    def skipped(self, delivery: Delivery) -> None:
        self._open.pop(delivery, None)

    def lose(self) -> None:
        """Record every open delivery as lost in a crash, in the order in which the bus delivered them."""
        for delivery in tuple(self._open):
            if not delivery.emission.is_durable:
                delivery.end(LostError(Fate.LOST_IN_CRASH))
