"""What a loop that explores knows of tasks and steps: which task is which, what a step touched, and their names."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeVar, cast

T = TypeVar("T")
Path = tuple[int, ...]
"""Which task: (0,) is the first, (0, 2) the third that it started. The same task in every schedule."""
Access = tuple[str | Path, bool]
"""A resource, and whether it was written. A task that is cancelled is one, and whatever that task does writes it."""
AccessSet = frozenset[Access]
Ready = Literal["fifo", "any"]

EMITTER = "the emitter"
EMITTER_PATH: Path = (0,)
STEP = 0.001
"""What each choice adds to the clock, in seconds: no two steps look as if they happened at once."""
NOTHING: AccessSet = frozenset()
ANYTHING = "(anything)"
"""Touched by a step that depends on every other."""


class Step(NamedTuple):
    """What happened from one choice to the next: who went on, and what was read and written."""

    name: str
    accesses: AccessSet


class Steps(Sequence[Step]):
    """The steps of a run. They get their words when they are read, because most runs are only counted."""

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
    """The choices that a run repeats from an earlier one, and what is known of the steps up to the last of them."""

    choices: Sequence[int]
    widths: Sequence[int]
    """How many options there were for each choice."""
    paths: Sequence[Path]
    """The task that each choice let go on."""
    steps: Sequence[tuple[Path, AccessSet]]
    """The task and the accesses of each step before the last choice, from the start of the program on."""


NO_PREFIX = Prefix((), (), (), ())


class CancellationRecorder(Protocol):
    """A loop that wants to know who cancels whom."""

    def access_task(self, task: asyncio.Task[Any]) -> None:
        """Note that the step that runs now cancels a task."""


class KnownTask(asyncio.Task[T]):
    """A task that knows its path, and tells its loop when somebody cancels it."""

    path: Path

    def cancel(self, msg: Any = None) -> bool:
        """Cancel it."""
        loop = self.get_loop()
        cast("CancellationRecorder", loop).access_task(self)
        return super().cancel(msg)


def path_of(task: asyncio.Task[Any]) -> Path:
    """Return which task this is."""
    assert isinstance(task, KnownTask)
    return task.path


def with_task_names(accesses: AccessSet, names: dict[Path, str]) -> AccessSet:
    """Add the names of the tasks that were cancelled."""
    if accesses is NOTHING:
        return accesses
    cancelled = [(names[resource], done) for resource, done in accesses if isinstance(resource, tuple)]
    return accesses.union((f"the task {name}", done) for name, done in cancelled) if cancelled else accesses


def name_of(task: asyncio.Task[Any]) -> str:
    """Return what a task is called; what asyncio calls it by itself differs between runs and versions."""
    name = task.get_name()
    if name.startswith("Task-") or name == "None":
        return str(getattr(task.get_coro(), "__name__", "a task")).lstrip("_")
    return name
