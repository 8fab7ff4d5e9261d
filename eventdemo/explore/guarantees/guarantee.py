"""A guarantee: a statement about order, and a short program to run under every schedule; listeners for such programs.

It contains no verdict, because `verdict.py` computes that.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from eventdemo.core.bus import EventBus
from eventdemo.explore import EventLog, Experiment, wait

F = TypeVar("F", bound=Callable[..., Any])
Plain = Callable[[], None]
Async = Callable[[], Coroutine[Any, Any, None]]
Program = Callable[[EventBus, EventLog], Coroutine[Any, Any, str | None]]
ALL = ("sync", "sequential", "awaited", "bounded:2", "detached")
"""The strategies. With two slots, three listeners are enough to have to wait for one."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """An experiment, and the strategies under which its claim gets a verdict."""

    experiment: Experiment
    strategies: tuple[str, ...]


def guarantee(
    claim: str, *, outcome: str, log: str = "the log", prepare: Callable[[], None] = lambda: None
) -> Callable[[Program], Guarantee]:
    """Make a guarantee of a program, with its name. The claim holds if it returns `outcome`, or has it in the log."""

    def make(program: Program) -> Guarantee:
        @wraps(program)
        async def play(bus: EventBus) -> str:
            lines = EventLog(log)
            found = await program(bus, lines)
            return lines.read() if found is None else found

        name = getattr(program, "__name__", "").replace("_", "-")
        return Guarantee(Experiment(name, claim, play, outcome.__eq__, prepare, declared=True), ALL)

    return make


def plain(log: EventLog, name: str) -> Plain:
    """Return a plain function that logs its name."""

    def listener() -> None:
        log.note(name)

    return _with_name(listener, name)


def quick(log: EventLog, name: str) -> Async:
    """Return a coroutine listener that logs its name without waiting."""

    async def listener() -> None:
        log.note(name)

    return _with_name(listener, name)


def slow(log: EventLog, name: str) -> Async:
    """Return a coroutine listener that waits for a service, then logs that it has ended."""

    async def listener() -> None:
        await wait()
        log.note(f"{name} ended")

    return _with_name(listener, name)


def failing(name: str, *, waits: bool = True) -> Async:
    """Return a coroutine listener that raises."""

    async def listener() -> None:
        if waits:
            await wait()
        raise OSError(name)

    return _with_name(listener, name)


def _with_name(listener: F, name: str) -> F:
    listener.__name__ = name.replace(" ", "_")
    return listener
