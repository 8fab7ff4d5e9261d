"""What is explored: a small program over a bus, and what its ends mean in the domain's words."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from eventdemo import clock
from eventdemo.bus import EventBus
from eventdemo.dispatch.attendance import log
from eventdemo.explore.loop import Chooser, ChoosingLoop, Ready, Step
from eventdemo.sim.virtual_time import run_in

Play = Callable[[EventBus], Coroutine[Any, Any, str]]
LISTENERS = "the listeners"
"""Who is registered for what. Every emit reads it, so steps are told without that."""
_explored: ContextVar[ChoosingLoop | None] = ContextVar("eventdemo_explored", default=None)
"""The loop whose steps are noted; a listener that blocks runs in a loop of its own, within one of these steps."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A program whose end may depend on the order in which waits end."""

    name: str
    claim: str
    """What somebody may believe of it, as a sentence that an outcome can refute."""
    play: Play
    """Runs it once on a fresh bus, and returns the outcome in words."""
    holds: Callable[[str], bool]
    """Tells whether an outcome agrees with the claim."""
    prepare: Callable[[], None] = lambda: None
    """Puts things outside of the bus back in order, before each schedule."""
    bus: type[EventBus] | None = None
    """The kind of bus it needs, if not the one of a strategy."""


@dataclass(frozen=True, slots=True)
class Run:
    """One schedule, played: the choices that make it, what each step did, and how it ended."""

    choices: tuple[int, ...]
    took: tuple[Step, ...]
    outcome: str
    holds: bool
    """Whether the outcome agrees with the experiment's claim."""

    @property
    def steps(self) -> list[str]:
        """Tell each step in words: who went on, and what was read and written."""
        return [told(step) for step in self.took]


def play(experiment: Experiment, bus: EventBus, chooser: Chooser, ready: Ready = "fifo") -> Run:
    """Run an experiment along the schedule that `chooser` chooses."""
    return play_in(ChoosingLoop(chooser, ready=ready), experiment, bus)


def play_in(loop: ChoosingLoop, experiment: Experiment, bus: EventBus) -> Run:
    """Run an experiment in a loop of its own; a listener that fails is an outcome here, so nothing is logged of it."""
    loop.set_exception_handler(lambda *_: None)
    experiment.prepare()
    token = _explored.set(loop)
    logged, log.disabled = log.disabled, True
    try:
        with clock.use(loop.clock):
            outcome = run_in(loop, experiment.play(bus))
    finally:
        log.disabled = logged
        _explored.reset(token)
    return Run(tuple(loop.made), loop.took(), outcome, experiment.holds(outcome))


def touch(resource: str, *, write: bool = True) -> None:
    """Say that the step which runs now writes (or reads) a resource; outside of an exploration nothing happens."""
    if (loop := _explored.get()) is not None:
        loop.touch(resource, write=write)


def touch_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Say that the step which runs now interferes with these tasks."""
    if (loop := _explored.get()) is not None:
        for task in tasks:
            loop.touch_task(task)


def wait() -> Coroutine[Any, Any, None]:
    """Wait for something outside, for as long as the schedule wants."""
    return asyncio.sleep(0.001)


class Journal(list[str]):
    """What happened, in order. Each line is a write to it, so no two lines are ever thought to be independent."""

    def __init__(self, name: str = "the journal") -> None:
        super().__init__()
        self.name = name

    def note(self, line: str) -> None:
        """Write a line."""
        touch(self.name)
        self.append(line)

    def read(self) -> str:
        """Return all lines as one, for an outcome."""
        touch(self.name, write=False)
        return ", ".join(self) or "nothing happened"


def told(step: Step) -> str:
    """Say what a step did: `unsubscribe_from_topics reads the device table`."""
    named = {(resource, write) for resource, write in step.touched if isinstance(resource, str)}
    written = {resource for resource, write in named if write}
    read = {resource for resource, _ in named} - written - {LISTENERS}
    did = [f"{did} {', '.join(sorted(what))}" for did, what in (("reads", read), ("writes", written)) if what]
    return f"{step.name} {' and '.join(did) or 'goes on'}"
