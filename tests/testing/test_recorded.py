"""`recorded(bus)`: the events of a bus, in order."""

from eventdemo import Event, EventBus, Fate, Ledger
from eventdemo.testing import recorded


class LetterSent(Event, name="letter.sent"):
    letter: int


def test_it_lists_what_is_emitted_from_then_on_with_and_without_a_class():
    bus = EventBus()
    bus.emit("before")
    events = recorded(bus)

    bus.emit(letter := LetterSent(letter=7))
    bus.emit("letter.lost", 8, why="rain")

    assert events == [letter, ("letter.lost", 8)]
    assert [event.letter for event in events.of(LetterSent)] == [7]


def test_it_is_no_listener_so_an_event_without_one_still_has_none():
    bus, ledger = EventBus(), Ledger()
    bus.observe(ledger)
    recorded(bus)

    assert not bus.emit(LetterSent(letter=7))
    assert ledger.counts() == {Fate.NO_LISTENER: 1}
