"""What an instance is doing right now: the deliveries that were handed out and have not ended."""

from eventdemo.core.delivery import Handover, Observer
from eventdemo.core.fates import Fate, LostError


class OpenDeliveries(Observer):
    """Knows them, so that somebody can say what became of them when the instance cannot any more."""

    def __init__(self) -> None:
        self._open: dict[Handover, None] = {}

    def handed(self, handover: Handover) -> None:
        """Open a delivery."""
        self._open[handover] = None

    def ended(self, handover: Handover, error: BaseException | None) -> None:
        """Close it."""
        self._open.pop(handover, None)

    def skipped(self, handover: Handover) -> None:
        """Close it."""
        self._open.pop(handover, None)

    def lose(self) -> None:
        """Tell everybody who watches that what was open is lost, in the order in which it was handed out."""
        for handover in tuple(self._open):
            if not handover.outlives:
                handover.end(LostError(Fate.LOST_IN_CRASH))
