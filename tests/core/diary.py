"""An observer that writes down everything that the bus reports."""

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer


class Diary(Observer):
    """Writes down everything that the bus reports."""

    def __init__(self):
        self.lines = []
        self.emissions = []

    def emitted(self, emission):
        self.emissions.append(emission)
        self.lines.append(f"emitted {emission.name}")

    def dispatched(self, emission):
        self.lines += [f"handed {delivery.subscription.name}" for delivery in emission.deliveries]
        super().dispatched(emission)

    def started(self, delivery):
        self.lines.append(f"started {delivery.subscription.name}")

    def ended(self, delivery):
        self.lines.append(f"{delivery.fate} {delivery.subscription.name}")

    def returned(self, emission):
        self.lines.append(f"returned {emission.name}")


def watched_bus():
    bus, diary = EventBus(), Diary()
    bus.observe(diary)
    return bus, diary
