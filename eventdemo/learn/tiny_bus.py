"""A bus of twenty lines with a bug, the bus without it, and a Hypothesis machine that compares one with a model."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

Listener = Callable[[Any], None]
QUICK = settings(max_examples=60, stateful_step_count=8, database=None, derandomize=True, deadline=None)
"""The same examples in every run, and no files."""


class TinyBus:
    """Calls listeners in the order of registration. A listener of `once` is removed when it is called."""

    def __init__(self) -> None:
        self.listeners: list[tuple[Listener, bool]] = []

    def on(self, listener: Listener) -> None:
        self.listeners.append((listener, False))

    def once(self, listener: Listener) -> None:
        self.listeners.append((listener, True))

    def emit(self, event: Any) -> None:
        for entry in self.listeners:
            listener, only_once = entry
            if only_once:
                self.listeners.remove(entry)
            listener(event)


class SnapshotBus(TinyBus):
    """The same, but an emit goes through a copy of the list."""

    def emit(self, event: Any) -> None:
        for entry in [*self.listeners]:
            if entry[1]:
                self.listeners.remove(entry)
            entry[0](event)


def calls_of(kind: type[TinyBus], steps: Sequence[str]) -> list[str]:
    """Take steps on a new bus, and return which listeners were called: `once 0` is the one that step 0 registered."""
    bus, heard = kind(), list[str]()
    for number, step in enumerate(steps):
        if step == "emit":
            bus.emit(number)
        else:
            getattr(bus, step)(lambda _, name=f"{step} {number}": heard.append(name))
    return heard


class BusMachine(RuleBasedStateMachine):
    """Registers and emits in any order, and compares each emit with what the model says."""

    kind: type[TinyBus] = TinyBus
    model: Callable[[list[str]], list[str]]

    def __init__(self) -> None:
        super().__init__()
        self.bus, self.heard, self.steps = self.kind(), list[str](), list[str]()

    @rule(step=st.sampled_from(("on", "once")))
    def register(self, step: str) -> None:
        name = f"{step} {len(self.steps)}"
        getattr(self.bus, step)(lambda _: self.heard.append(name))
        self.steps.append(step)

    @rule(event=st.integers(0, 1))
    def emit(self, event: int) -> None:
        self.bus.emit(event)
        self.steps.append("emit")

    @invariant()
    def hears_what_the_model_says(self) -> None:
        expected = type(self).model(self.steps)
        assert self.heard == expected, f"heard {self.heard}, expected {expected}"


def first_difference(kind: type[TinyBus], model: Callable[[list[str]], list[str]]) -> list[str]:
    """Let Hypothesis look for steps after which a bus and a model differ; return the smallest ones, or nothing."""
    found: list[list[str]] = []

    class Machine(BusMachine):
        def teardown(self) -> None:
            if self.heard != model(self.steps):
                found.append([*self.steps])

    Machine.kind, Machine.model = kind, staticmethod(model)
    try:
        run_state_machine_as_test(Machine, settings=QUICK)
    except AssertionError:
        return found[-1]
    return []
