"""A ledger for tests: it keeps each emission, so a failed assertion can say what happened instead."""

from eventdemo.core.delivery import Delivery, Emission
from eventdemo.core.events import Event, name_of
from eventdemo.core.fates import DONE
from eventdemo.core.ledger import Ledger


class AssertingLedger(Ledger):
    """A `Ledger` with assertions. Its memory grows with each emit, as a test's may."""

    def __init__(self) -> None:
        super().__init__()
        self.emissions: list[Emission] = []

    def dispatched(self, emission: Emission) -> None:
        self.emissions.append(emission)
        super().dispatched(emission)

    def assert_delivered(self, event: str | type[Event], *, to: str = "", times: int | None = None) -> None:
        """Fail unless the event was emitted, had a listener, and every delivery of it is done.

        `to` is the name of a listener, if only that one's deliveries count. `times` is how often the event must have
        been delivered; without it, once is enough.
        """
        __tracebackhide__ = True
        name = name_of(event)
        deliveries = [each for each in self._deliveries(name) if to in {"", each.subscription.name}]
        enough = bool(deliveries) if times is None else len(deliveries) == times
        if enough and all(each.fate is DONE for each in deliveries):
            return
        wanted = "" if times is None else f" {times} times"
        raise AssertionError(f"{name} was not delivered{f' to {to}' if to else ''}{wanted}: {self._account(name)}.")

    def assert_not_emitted(self, event: str | type[Event]) -> None:
        """Fail if the event was emitted."""
        __tracebackhide__ = True
        if any(each.name == (name := name_of(event)) for each in self.emissions):
            raise AssertionError(f"{name} was emitted: {self._account(name)}.")

    def open_deliveries(self) -> list[Delivery]:
        """Return the deliveries without an end: their listeners still run, or have not begun."""
        return [each for emission in self.emissions for each in emission.deliveries if each.fate is None]

    def _deliveries(self, name: str) -> list[Delivery]:
        return [each for emission in self.emissions if emission.name == name for each in emission.deliveries]

    def _account(self, name: str) -> str:
        """Return what happened to an event: `send_receipt failed-seen (ConnectionError: no route)`."""
        if ended := ", ".join(map(_end, self._deliveries(name))):
            return ended
        if any(each.name == name for each in self.emissions):
            return "it had no listener"
        others = ", ".join(dict.fromkeys(str(each.name) for each in self.emissions))
        return f"it was not emitted, only {others}" if others else "nothing was emitted"


def _end(delivery: Delivery) -> str:
    end = "has not ended" if delivery.fate is None else str(delivery.fate)
    return f"{delivery.subscription.name} {end}{f' ({delivery.reason})' if delivery.reason else ''}"
