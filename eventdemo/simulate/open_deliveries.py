"""What an instance is doing right now: the deliveries that were handed out and have not ended."""

from eventdemo.core.delivery import Delivery, Observer
from eventdemo.core.fates import Fate, LostError


class OpenDeliveries(Observer):
    """Knows them, so that somebody can say what became of them when the instance cannot any more."""

    def __init__(self) -> None:
        self._open: dict[Delivery, None] = {}

    def delivered(self, delivery: Delivery) -> None:
        """Open a delivery."""
        self._open[delivery] = None

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        """Close it."""
        self._open.pop(delivery, None)

    def skipped(self, delivery: Delivery) -> None:
        """Close it."""
        self._open.pop(delivery, None)

    def lose(self) -> None:
        """Tell everybody who watches that what was open is lost, in the order in which it was handed out."""
        for delivery in tuple(self._open):
            if not delivery.is_durable:
                delivery.end(LostError(Fate.LOST_IN_CRASH))
