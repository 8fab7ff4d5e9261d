"""An experiment: a small program on a bus, with a claim about its outcome."""

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
from eventdemo.explore.waiting_loop import PATIENCE
from eventdemo.simulate.deadlock import StepLimitError
from eventdemo.simulate.outcome import Failure, raised_at, run_to_its_end
from eventdemo.simulate.virtual_time import run_in

Play = Callable[[EventBus], Coroutine[Any, Any, Any]]
LISTENERS = "the table of listeners"
"""The table of listeners. Every emit reads it, so descriptions of steps omit these reads."""
QUIET = 60.0
"""Timeout for listeners to end, in seconds. It expires only when nothing else can happen."""
STEP_LIMIT = 10_000
"""A program that takes more steps than this is taken for one that never ends."""
IGNORED = "an error that no code gets from its task may be ignored ({})"
_explored: ContextVar[ControlledLoop | None] = ContextVar("eventdemo_explored", default=None)
"""The loop that records steps. A blocking listener runs in a loop of its own, within one of these steps."""


@dataclass(frozen=True, slots=True)
class Property:
    """A named claim about how a program ends, and how to check it."""

    name: str
    claim: str
    """A sentence: `no topic stays subscribed`."""
    describe: Callable[[Any], str]
    """Turns the program's result, or the monitor, into an outcome; the outcome equals the claim if that holds."""
    monitor: Callable[[], Observer] | None = None
    """Makes an observer of the bus, if the program's result is not enough."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A program whose outcome may depend on the order in which waits end, and one claim to check."""

    name: str
    claim: str
    """A sentence that an outcome can refute."""
    play: Play
    """Runs the program once on a fresh bus, and returns its result."""
    holds: Callable[[str], bool]
    """Returns whether an outcome agrees with the claim."""
    prepare: Callable[[], None] = lambda: None
    """Resets everything outside of the bus before each schedule."""
    bus: type[EventBus] | None = None
    """The kind of bus, if it needs another one than a strategy's."""
    describe: Callable[[Any], str] = str
    """Turns the result of `play`, or the monitor, into an outcome."""
    monitor: Callable[[], Observer] | None = None
    """Makes an observer of the bus, for claims that need one."""
    properties: tuple[Property, ...] = ()
    """More properties of the same program; `properties.py` has some for every program."""
    property_name: str = ""
    """The name of the property, if it is not the program's own claim."""
    bound: int = 2000
    """How many schedules to run depth-first before random ones."""
    declared: bool = False
    """Whether the program promises that its tasks share nothing but what it declares, or what the explorer sees itself:
    the bus, the store, the services and asyncio's locks. Otherwise every step may depend on every other."""
    patient: bool = False
    """Whether a timeout fires only when nothing else can happen. Otherwise it may fire at any await that it covers."""
    cancel: bool = False
    """Whether one task, other than the program itself, may be cancelled wherever it waits."""
    prepare_nominal: Callable[[], None] | None = None
    """Replaces `prepare` for the run in which waits take as long as in the simulator."""
    run: Callable[[ControlledLoop, Coroutine[Any, Any, Any]], Any] = run_in
    """Runs the program in the loop of one schedule; a test sets up its fixtures there first."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run of one schedule: its choices, its steps and its outcome."""

    choices: tuple[int, ...]
    widths: tuple[int, ...]
    """The number of options of each choice."""
    steps: Sequence[Step] = field(compare=False)
    outcome: str
    holds: bool
    """Whether the program ended by itself, and its outcome agrees with the experiment's claim."""
    never_ended: bool = False
    error: BaseException | None = field(default=None, compare=False)
    """What the program raised, or why it couldn't go on."""
    assumed: frozenset[str] = frozenset()
    """What the outcome rests on, besides the choices."""

    @property
    def described_steps(self) -> list[str]:
        """The steps as text: `unsubscribe_from_topics reads the device table`."""
        return [describe_step(step) for step in self.steps]


def play(
    experiment: Experiment, bus: EventBus, scheduler: Scheduler, ready: Ready = "fifo", prefix: Prefix = NO_PREFIX
) -> Run:
    """Run an experiment along the schedule that `scheduler` chooses, after the choices of `prefix`."""
    loop = ControlledLoop(scheduler, ready=ready, prefix=prefix, step_limit=STEP_LIMIT)
    return play_in(loop, experiment, bus)


def play_in(loop: ControlledLoop, experiment: Experiment, bus: EventBus) -> Run:
    """Run an experiment in a loop of its own. Listeners' failures belong to the outcome, so they are not logged."""
    loop.set_exception_handler(_note_ignored_error)
    loop.patient, loop.may_cancel = experiment.patient, experiment.cancel
    experiment.prepare()
    token = _explored.set(loop)
    logged, log.disabled = log.disabled, True
    try:
        with clock.use(loop.clock):
            program = with_monitor(experiment, bus) if experiment.monitor else experiment.play(bus)
            ended = run_to_its_end(loop, program, experiment.run)
    finally:
        log.disabled = logged
        _explored.reset(token)
    loop.check_prefix()
    failed = isinstance(ended, Failure)
    outcome = ended if failed else experiment.describe(ended)
    return Run(
        tuple(loop.choices),
        tuple(loop.widths),
        loop.steps(),
        outcome,
        holds=not failed and experiment.holds(outcome),
        never_ended=failed and isinstance(ended.error, StepLimitError),
        error=ended.error if failed else None,
        assumed=frozenset(loop.assumed),
    )


def _note_ignored_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Let the result say that it rests on an error which asyncio would only log."""
    if "never retrieved" in context["message"] and isinstance(loop, ControlledLoop):
        error = context["exception"]
        place = raised_at(error).partition(": ")[0]
        loop.assumed.add(IGNORED.format(f"{type(error).__name__}{' at ' if place else ''}{place}"))


async def with_monitor(experiment: Experiment, bus: EventBus) -> Any:
    """Run with a monitor on the bus until all deliveries have ended; return the monitor."""
    assert experiment.monitor is not None
    monitor = experiment.monitor()
    bus.observe(monitor)
    await experiment.play(bus)
    with suppress(TimeoutError):  # a killed process never finishes its deliveries
        async with asyncio.timeout(None) as timeout:
            last_resort(timeout, QUIET)
            await bus.drain()
    return monitor


def last_resort(timeout: asyncio.Timeout, seconds: float) -> None:
    """Let a timeout expire only when nothing else can happen, if it runs in an exploration."""
    loop: Any = asyncio.get_running_loop()
    patient, loop.patient, assumed = loop.patient, True, {*loop.assumed}
    timeout.reschedule(loop.time() + seconds)
    loop.patient = patient
    loop.assumed -= {PATIENCE} - assumed  # this timer is not the program's


def access(resource: str, *, write: bool = True) -> None:
    """Declare that the current step writes (or reads) a resource. Without an exploration, this does nothing."""
    if (loop := _explored.get()) is not None:
        loop.accesses.add((resource, write))


def declare_lock_wait(resource: str) -> None:
    """Declare that the current step may wait for this lock, and for no other."""
    if (loop := _explored.get()) is not None:
        loop.accesses.add((resource, True))
        loop.lock_wait_declared = True


def access_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Declare that the current step cancels these tasks."""
    if (loop := _explored.get()) is not None:
        for task in tasks:
            loop.access_task(task)


def wait() -> Coroutine[Any, Any, None]:
    """Wait for something outside of the program, until the schedule ends the wait."""
    return asyncio.sleep(0.001)


class EventLog(list[str]):
    """What happened, in order. Each line is a write access to the log, so all steps that write lines are dependent."""

    def __init__(self, name: str = "the log") -> None:
        super().__init__()
        self.name = name

    def note(self, line: str) -> None:
        access(self.name)
        self.append(line)

    def read(self) -> str:
        """Return all lines as one, for an outcome."""
        access(self.name, write=False)
        return ", ".join(self) or "nothing happened"


def describe_step(step: Step) -> str:
    """Describe a step: `unsubscribe_from_topics reads the device table`."""
    return f"{step.name} {describe_accesses(step) or 'goes on'}"


def describe_accesses(step: Step) -> str:
    """Describe what a step accesses, or return an empty text if it accesses nothing that has a name for readers."""
    named = {(str(resource), write) for resource, write in step.accesses if is_described(resource)}
    written = {resource for resource, write in named if write}
    read = {resource for resource, _ in named} - written - {LISTENERS}
    did = [f"{did} {', '.join(sorted(what))}" for did, what in (("reads", read), ("writes", written)) if what]
    return " and ".join(did)


def is_described(resource: str | Path) -> bool:
    """Return whether a resource has a name for readers, unlike one in brackets."""
    return isinstance(resource, str) and resource[0] != "("
