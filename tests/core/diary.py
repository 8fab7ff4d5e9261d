"""An observer that writes down everything it is told."""

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer


class Diary(Observer):
    """Writes down everything it is told."""

    def __init__(self):
        self.lines = []
        self.emissions = []

    def emitted(self, emission):
        self.emissions.append(emission)
        self.lines.append(f"emitted {emission.name}")

    def handed(self, handover):
        self.lines.append(f"handed {handover.subscription.name}")

    def started(self, handover):
        self.lines.append(f"started {handover.subscription.name}")

    def ended(self, handover, error):
        self.lines.append(f"ended {handover.subscription.name} {type(error).__name__}")

    def skipped(self, handover):
        self.lines.append(f"skipped {handover.subscription.name}")

    def returned(self, emission):
        self.lines.append(f"returned {emission.name}")


def watched_bus():
    bus, diary = EventBus(), Diary()
    bus.observe(diary)
    return bus, diary
