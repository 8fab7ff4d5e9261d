"""`refuse-the-typo`: a bus on which a misspelt name cannot get lost."""

from collections.abc import Callable
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.events import UnknownEventError
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.learn.fate_examples import play

RIGHT, WRONG = "auth.logout", "auth.logot"


def judge(make_bus: Callable[[], Any]) -> Feedback:
    """Emit under the right name and under a wrong one."""
    bus = make_bus()
    if not isinstance(bus, EventBus):
        return failed(f"make_bus returns an EventBus, not {bus!r}.")
    logged_out: list[object] = []

    def log_out_devices(event: object) -> None:
        logged_out.append(event)

    async def log_out_twice(bus: EventBus) -> None:
        bus.on(RIGHT, log_out_devices)
        bus.emit(RIGHT, {"user_id": 7})
        heard.append(bus.emit(WRONG, {"user_id": 8}))

    heard: list[bool] = []
    try:
        history = play(lambda _: bus, log_out_twice)
    except UnknownEventError as error:
        done = passed(f"The wrong name was refused: {error}")
        return done if logged_out else failed(f"The right name was refused as well: {error}")
    if heard == [True]:
        return failed(
            "emit said that somebody heard, and user 8 is still logged in: whoever hears everything hides it.",
            [history],
        )
    return failed("The wrong name was taken like any other, and emit returned False to nobody.", [history])


EXERCISE = Exercise(
    name="refuse-the-typo",
    task=f"Somebody emits {WRONG} where {RIGHT} was meant. Make a bus that does not take it.",
    hole="""
from eventdemo import EventBus

def make_bus():
    ...
""",
    answer="make_bus",
    judge=judge,
    hints=(
        "A listener that hears everything is no answer: it makes every name one that is heard.",
        "help(EventBus): which of its options is about names?",
    ),
    solved="""
from eventdemo import EventBus

def make_bus():
    return EventBus(strict=True)
""",
    reasons="A strict bus takes the names that are registered, with payloads that fit, and says which one was perhaps "
    "meant. A typed emit, bus.emit(AuthLogout(user_id=7)), leaves no name to misspell.",
    wrong=(
        Wrong(
            """
from eventdemo import EventBus

def make_bus():
    return EventBus()
""",
            "taken like any other",
        ),
        Wrong(
            """
from eventdemo import EventBus

def make_bus():
    bus = EventBus()
    bus.on("**", lambda *event: None)
    return bus
""",
            "whoever hears everything hides it",
        ),
        Wrong(
            """
from eventdemo import EventBus

def make_bus():
    EventBus(strict=True)
""",
            "make_bus returns an EventBus, not None",
        ),
    ),
)
