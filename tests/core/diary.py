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

    def delivered(self, delivery):
        self.lines.append(f"handed {delivery.subscription.name}")

    def started(self, delivery):
        self.lines.append(f"started {delivery.subscription.name}")

    def ended(self, delivery, error):
        self.lines.append(f"ended {delivery.subscription.name} {type(error).__name__}")

    def skipped(self, delivery):
        self.lines.append(f"skipped {delivery.subscription.name}")

    def returned(self, emission):
        self.lines.append(f"returned {emission.name}")


def watched_bus():
    bus, diary = EventBus(), Diary()
    bus.observe(diary)
    return bus, diary
