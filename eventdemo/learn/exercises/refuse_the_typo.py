"""`refuse-the-typo`: a bus that rejects misspelt names."""

from collections.abc import Callable
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.events import UnknownEventError
from eventdemo.learn.exercise import Exercise, Feedback, failed, passed
from eventdemo.learn.fate_examples import play

RIGHT, WRONG = "auth.logout", "auth.logot"


def judge(make_bus: Callable[[], Any]) -> Feedback:
    """Emit an event with the right name and with a misspelt one."""
    bus = make_bus()
    if not isinstance(bus, EventBus):
        return failed(f"make_bus returns an EventBus, not {bus!r}.")
    logged_out: list[object] = []

    def log_out_devices(event: object) -> None:
        logged_out.append(event)

    async def log_out_twice(bus: EventBus) -> None:
        bus.on(RIGHT, log_out_devices)
        bus.emit(RIGHT, {"user_id": 7})
        handled.append(bus.emit(WRONG, {"user_id": 8}))

    handled: list[bool] = []
    try:
        history = play(lambda _: bus, log_out_twice)
    except UnknownEventError as error:
        done = passed(f"The misspelt name was rejected: {error}")
        return done if logged_out else failed(f"The right name was rejected, too: {error}")
    if handled == [True]:
        return failed(
            "emit returned True, but user 8 is still logged in: a listener for every event hides the mistake.",
            [history],
        )
    return failed("The bus accepted the misspelt name, and no code checked that emit returned False.", [history])


EXERCISE = Exercise(
    name="refuse-the-typo",
    task=f"A module emits {WRONG} instead of {RIGHT}. Create a bus that rejects it.",
    hole="""
from eventdemo import EventBus

def make_bus():
    ...
""",
    answer="make_bus",
    judge=judge,
    hints=(
        "A listener for every event does not help: then every name has a listener.",
        "Look at help(EventBus): which option is about names?",
    ),
    solved="""
from eventdemo import EventBus

def make_bus():
    return EventBus(strict=True)
""",
    reasons="A strict bus accepts only registered names with matching payloads, and suggests the right name. A typed "
    "emit, bus.emit(AuthLogout(user_id=7)), has no name to misspell.",
    wrong={
        """
from eventdemo import EventBus

def make_bus():
    return EventBus()
""": "accepted the misspelt name",
        """
from eventdemo import EventBus

def make_bus():
    bus = EventBus()
    bus.on("**", lambda *event: None)
    return bus
""": "a listener for every event hides the mistake",
        """
from eventdemo import EventBus

def make_bus():
    EventBus(strict=True)
""": "make_bus returns an EventBus, not None",
    },
)
