"""Tasks and steps: a task's path identifies it in every schedule, and a step has accesses."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from eventdemo.simulate.deadlock import given_name_of
from eventdemo.simulate.stable_order import StableTask

T = TypeVar("T")
Path = tuple[int, ...]
"""A task's identity in every schedule: (0,) is the first task, (0, 2) the third one that it started."""
Access = tuple[str | Path, bool]
"""A resource, and whether it was written. A cancelled task is a resource that all of its own steps write."""
AccessSet = frozenset[Access]
Ready = Literal["fifo", "turns", "any"]

EMITTER = "the emitter"
EMITTER_PATH: Path = (0,)
STEP = 0.001
"""The seconds that each choice adds to the clock, so that no two steps seem simultaneous."""
NOTHING: AccessSet = frozenset()
ANYTHING = "(anything)"
"""A resource of a step that depends on every other step."""
EVERY_ORDER = "(every order)"
"""A resource of a step after which no order may be left out, because a timer can vanish before it fires."""
TASK = "the task "
"""Begins the name of a task that a step cancels."""
TURN: Path = ()
"""The choice to run the next turn of the loop without ending a wait before it."""
ABORT = asyncio.TaskGroup._abort.__code__  # type: ignore[attr-defined]
"""How a TaskGroup that fails cancels its tasks, in the order of a set."""
CANCEL = -1_000_000
"""Ends the path of a choice that cancels a task."""


class NotDeterministicError(RuntimeError):
    """The program took another way although every choice was the same."""


class Step(NamedTuple):
    """A task's name and its accesses from one choice to the next."""

    name: str
    accesses: AccessSet


class Steps(Sequence[Step]):
    """The steps of a run. Names are looked up on access, because most runs are only counted."""

    def __init__(self, steps: list[tuple[Path, AccessSet]], names: dict[Path, str]) -> None:
        self._steps = steps
        self._names = names

    def __len__(self) -> int:
        return len(self._steps)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        path, accesses = self._steps[index]
        return Step(self._names[path], with_task_names(accesses, self._names))


class Prefix(NamedTuple):
    """The choices that a run repeats from an earlier one, and the steps up to the last of them."""

    choices: Sequence[int]
    widths: Sequence[int]
    """The number of options of each choice."""
    paths: Sequence[Path]
    """The task that each choice selected."""
    steps: Sequence[tuple[Path, AccessSet]]
    """The task and the accesses of each step before the last choice."""


NO_PREFIX = Prefix((), (), (), ())


class KnownTask(StableTask[T]):
    """A task that has a path, and reports a cancellation to its loop."""

    path: Path

    def cancel(self, msg: Any = None) -> bool:
        loop: Any = self.get_loop()  # a `ControlledLoop`
        loop.access_task(self)
        frame = sys._getframe(1)
        if frame.f_code is ABORT and len(frame.f_locals["self"]._tasks) > 1:
            loop.assume_order_of_sets()
        return super().cancel(msg)


def with_task_names(accesses: AccessSet, names: dict[Path, str]) -> AccessSet:
    """Add the names of the tasks that were cancelled."""
    if accesses is NOTHING:
        return accesses
    cancelled = [(names[resource], done) for resource, done in accesses if isinstance(resource, tuple)]
    return accesses.union((f"{TASK}{name}", done) for name, done in cancelled) if cancelled else accesses


def name_of(task: asyncio.Task[Any]) -> str:
    """Return the name that the program gave a task, or else that of its coroutine."""
    return given_name_of(task) or str(getattr(task.get_coro(), "__name__", "a task")).lstrip("_")
