"""What a bus emitted, in order."""

from typing import Any, TypeVar

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Emission, Observer
from eventdemo.core.events import Event

E = TypeVar("E", bound=Event)


class Recorded(list[Any]):
    """A list of events. An event without a class is a tuple of its name and its arguments."""

    def of(self, event: type[E]) -> list[E]:
        """Return the events of a class."""
        return [each for each in self if isinstance(each, event)]


class _Recorder(Observer):
    def __init__(self, into: Recorded) -> None:
        self._into = into

    def emitted(self, emission: Emission) -> None:
        match emission.args:
            case (Event() as event,):
                self._into.append(event)
            case args:
                self._into.append((emission.name, *args))


def recorded(bus: EventBus) -> Recorded:
    """Record what the bus emits from now on; the returned list grows with each emit.

    It observes the bus and registers no listener, so an event that has no listener still has none.
    """
    events = Recorded()
    bus.observe(_Recorder(events))
    return events
