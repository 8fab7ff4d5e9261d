"""What is explored: a small program over a bus, and what its ends mean in the domain's words."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer, log
from eventdemo.explore.loop import ControlledLoop, Scheduler
from eventdemo.explore.steps import NO_PREFIX, Path, Prefix, Ready, Step
from eventdemo.simulate.virtual_time import run_in

Play = Callable[[EventBus], Coroutine[Any, Any, Any]]
LISTENERS = "the listeners"
"""Who is registered for what. Every emit reads it, so steps are told without that."""
QUIET = 60.0
"""Seconds that are waited for listeners to end; a schedule has no seconds, so it is until nothing else can happen."""
_explored: ContextVar[ControlledLoop | None] = ContextVar("eventdemo_explored", default=None)
"""The loop whose steps are noted; a listener that blocks runs in a loop of its own, within one of these steps."""


@dataclass(frozen=True, slots=True)
class Property:
    """Something that somebody may believe of how a program ends."""

    name: str
    claim: str
    """The claim itself, as a sentence: `no topic stays subscribed`."""
    describe: Callable[[Any], str]
    """Says in words how it ended, of what the program returned, or of the witness; `says` itself if it was kept."""
    monitor: Callable[[], Observer] | None = None
    """Makes who has to watch the bus, if what the program returned is not enough."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A program whose end may depend on the order in which waits end, held against one claim."""

    name: str
    claim: str
    """What somebody may believe of it, as a sentence that an outcome can refute."""
    play: Play
    """Runs it once on a fresh bus, and returns how it ended."""
    holds: Callable[[str], bool]
    """Tells whether an outcome agrees with the claim."""
    prepare: Callable[[], None] = lambda: None
    """Puts things outside of the bus back in order, before each schedule."""
    bus: type[EventBus] | None = None
    """The kind of bus it needs, if not the one of a strategy."""
    describe: Callable[[Any], str] = str
    """Says in words how it ended: the outcome, of what `play` returned or of the witness."""
    monitor: Callable[[], Observer] | None = None
    """Makes who has to watch the bus, for some claims."""
    properties: tuple[Property, ...] = ()
    """Other claims that the same program can be held against; `claims.py` has some for every program."""
    property_name: str = ""
    """The name of the claim, if it is one of these others."""
    bound: int = 2000
    """How many schedules to go through in order before chance takes over: fewer where one takes long."""
    prepare_nominal: Callable[[], None] | None = None
    """What to do instead of `prepare` so that each wait takes as long as in the simulator, if it can."""


@dataclass(frozen=True, slots=True)
class Run:
    """One schedule, played: the choices that make it, what each step did, and how it ended."""

    choices: tuple[int, ...]
    widths: tuple[int, ...]
    """How many options there were for each choice."""
    steps: Sequence[Step] = field(compare=False)
    outcome: str
    holds: bool
    """Whether the outcome agrees with the experiment's claim."""

    @property
    def described_steps(self) -> list[str]:
        """Tell each step in words: who went on, and what was read and written."""
        return [describe_step(step) for step in self.steps]


def play(
    experiment: Experiment, bus: EventBus, scheduler: Scheduler, ready: Ready = "fifo", prefix: Prefix = NO_PREFIX
) -> Run:
    """Run an experiment along the schedule that `scheduler` chooses, after the choices of `prefix`."""
    return play_in(ControlledLoop(scheduler, ready=ready, prefix=prefix), experiment, bus)


def play_in(loop: ControlledLoop, experiment: Experiment, bus: EventBus) -> Run:
    """Run an experiment in a loop of its own; a listener that fails is an outcome here, so nothing is logged of it."""
    loop.set_exception_handler(lambda *_: None)
    experiment.prepare()
    token = _explored.set(loop)
    logged, log.disabled = log.disabled, True
    try:
        with clock.use(loop.clock):
            ended = run_in(loop, with_monitor(experiment, bus) if experiment.monitor else experiment.play(bus))
    finally:
        log.disabled = logged
        _explored.reset(token)
    outcome = experiment.describe(ended)
    return Run(tuple(loop.choices), tuple(loop.widths), loop.steps(), outcome, experiment.holds(outcome))


async def with_monitor(experiment: Experiment, bus: EventBus) -> Any:
    """Play with a witness on the bus, until nothing is on its way any more; return the witness."""
    assert experiment.monitor is not None
    monitor = experiment.monitor()
    bus.observe(monitor)
    await experiment.play(bus)
    with suppress(TimeoutError):  # nothing can happen any more, but a killed process has left something undone
        async with asyncio.timeout(QUIET):
            await bus.drain()
    return monitor


def access(resource: str, *, write: bool = True) -> None:
    """Say that the step which runs now writes (or reads) a resource; outside of an exploration nothing happens."""
    if (loop := _explored.get()) is not None:
        loop.access(resource, write=write)


def declare_lock_wait(resource: str) -> None:
    """Say that the step which runs now asks for a lock that goes by this name, and waits at no other."""
    if (loop := _explored.get()) is not None:
        loop.access(resource, write=True)
        loop.lock_wait_declared = True


def access_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Say that the step which runs now interferes with these tasks."""
    if (loop := _explored.get()) is not None:
        for task in tasks:
            loop.access_task(task)


def wait() -> Coroutine[Any, Any, None]:
    """Wait for something outside, for as long as the schedule wants."""
    return asyncio.sleep(0.001)


class EventLog(list[str]):
    """What happened, in order. Each line is a write to it, so no two lines are ever thought to be independent."""

    def __init__(self, name: str = "the log") -> None:
        super().__init__()
        self.name = name

    def note(self, line: str) -> None:
        """Write a line."""
        access(self.name)
        self.append(line)

    def read(self) -> str:
        """Return all lines as one, for an outcome."""
        access(self.name, write=False)
        return ", ".join(self) or "nothing happened"


def describe_step(step: Step) -> str:
    """Say what a step did: `unsubscribe_from_topics reads the device table`."""
    named = {(str(resource), write) for resource, write in step.accesses if is_described(resource)}
    written = {resource for resource, write in named if write}
    read = {resource for resource, _ in named} - written - {LISTENERS}
    did = [f"{did} {', '.join(sorted(what))}" for did, what in (("reads", read), ("writes", written)) if what]
    return f"{step.name} {' and '.join(did) or 'goes on'}"


def is_described(resource: str | Path) -> bool:
    """Tell whether a resource has a name for readers; what stands in brackets stands for any part of something."""
    return isinstance(resource, str) and resource[0] != "("
