"""The simplest thing that behaves as the bus should: a list of entries, and a queue for what runs as a task.

The time of the model has whole seconds: within one, everything happens in the order in which it was queued.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.subscriptions import ON_ANY

FUEL = 6
"""Emits that the listeners of one program may make, so that it ends."""


@dataclass(frozen=True)
class Act:
    """What a listener does besides noting that it ran."""

    kind: str = "nothing"
    name: str = ""
    number: int = 0


@dataclass(frozen=True)
class Listener:
    """One function: plain or coroutine, with or without a pause."""

    key: int
    is_coroutine: bool = False
    seconds: int = 0
    act: Act = Act()


@dataclass(eq=False)
class Entry:
    """One registration."""

    pattern: Any
    listener: Listener
    delivery: DeliveryMode = DeliveryMode.AWAITED
    remaining: int | None = None


@dataclass(eq=False)
class Task:
    """An entry that runs later: `seen` if `emit_async` waits for it."""

    entry: Entry
    arguments: tuple[Any, ...]
    reporting: bool
    seen: bool = False
    run: int | None = None
    error: str | None = None


@dataclass
class Model:
    """Registers, emits and runs; `log` is what it did."""

    entries: list[Entry] = field(default_factory=list)
    ever: list[Entry] = field(default_factory=list)
    log: list[Any] = field(default_factory=list)
    unhandled: list[str] = field(default_factory=list)
    runs: int = 0
    fuel: int = 0
    _queue: deque[Callable[[], None]] = field(default_factory=deque)
    _waiting: list[Task] = field(default_factory=list)
    _asleep: list[Task] = field(default_factory=list)

    def register(self, entry: Entry, *, first: bool = False) -> None:
        self.entries.insert(0 if first else len(self.entries), entry)
        self.ever.append(entry)

    def remove(self, number: int) -> bool:
        """Remove the first registration of the function and pattern that were the `number`th to be registered."""
        wanted = self.ever[number % len(self.ever)]
        for entry in self.entries:
            if (entry.pattern, entry.listener) == (wanted.pattern, wanted.listener):
                self.entries.remove(entry)
                return True
        return False

    def remove_all(self, pattern: str) -> None:
        self.entries = [entry for entry in self.entries if entry.pattern != pattern]

    def heard(self, name: str) -> list[Entry]:
        heard_by = [
            (entry, entry.pattern is ON_ANY or fits(entry.pattern.split("."), name.split(".")))
            for entry in self.entries
        ]
        return [entry for entry, fitting in heard_by if fitting]

    def emit(self, name: str, *, reporting: bool = False) -> bool:
        late, heard = [], False
        try:
            for entry in self.heard(name):
                if not self._taken(entry):
                    continue
                heard = True
                task = Task(entry, (name,) if entry.pattern is ON_ANY else (), reporting)
                if entry.listener.is_coroutine or entry.delivery is DeliveryMode.DETACHED:
                    late.append(task)
                else:
                    self._run(task)
        finally:
            self._start(late)
        return heard

    def emit_async(self, name: str) -> list[Task]:
        """Start everything; return what is waited for, to be looked at after `drain`."""
        late, awaited = [], []
        for entry in self.heard(name):
            if not self._taken(entry):
                continue
            task = Task(entry, (name,) if entry.pattern is ON_ANY else (), reporting=False)
            task.seen = entry.delivery is DeliveryMode.AWAITED
            if task.seen:
                awaited.append(task)
            if entry.listener.is_coroutine or not task.seen:
                late.append(task)
            else:
                try:
                    self._run(task)
                except OSError as error:
                    task.error = str(error)
        self._start(late)
        return awaited

    def cancel(self) -> None:
        """Cancel everything that has not begun."""
        self._waiting.clear()

    def drain(self) -> None:
        while self._queue or self._asleep:
            while self._queue:
                self._queue.popleft()()
            awake, self._asleep = self._asleep, []
            for task in awake:
                self._queue.append(lambda task=task: self._ended(task))

    def _taken(self, entry: Entry) -> bool:
        if entry.remaining is not None:
            if not entry.remaining:
                return False
            entry.remaining -= 1
            if not entry.remaining and entry in self.entries:
                self.entries.remove(entry)
        return True

    def _start(self, tasks: list[Task]) -> None:
        self._waiting += tasks
        for task in tasks:
            self._queue.append(lambda task=task: self._begin(task))

    def _begin(self, task: Task) -> None:
        if task not in self._waiting:
            return
        self._waiting.remove(task)
        try:
            self._run(task)
        except OSError as error:
            task.error = str(error)
            if not task.seen:
                self._queue.append(lambda: self._report(task))
        else:
            if task.entry.listener.is_coroutine and task.entry.listener.seconds:
                self._asleep.append(task)

    def _ended(self, task: Task) -> None:
        self.log.append((task.run, "ended"))

    def _report(self, task: Task) -> None:
        if task.reporting or not self.heard("error"):
            self.unhandled.append(str(task.error))
            return
        try:
            self.emit("error", reporting=True)
        except OSError as error:
            self.unhandled.append(str(error))

    def _run(self, task: Task) -> None:
        """Run a listener up to its pause."""
        task.run = self.runs
        self.runs += 1
        listener = task.entry.listener
        self.log.append((task.run, listener.key, task.arguments))
        act = listener.act
        if act.kind == "raise":
            raise OSError(str(listener.key))
        if act.kind == "emit" and self.fuel:
            self.fuel -= 1
            self.log.append(self.emit(act.name, reporting=task.reporting))
        elif act.kind == "register":
            self.register(Entry(act.name, Listener(-act.number - 1)))
        elif act.kind == "remove":
            self.log.append(self.remove(act.number))
        elif act.kind == "remove all":
            self.remove_all(act.name)


def fits(pattern: list[str], name: list[str]) -> bool:
    """Return whether a pattern matches a name, both as lists of segments."""
    if not pattern:
        return not name
    if pattern[0] == "**":
        return fits(pattern[1:], name) or (bool(name) and fits(pattern, name[1:]))
    return bool(name) and pattern[0] in ("*", name[0]) and fits(pattern[1:], name[1:])
