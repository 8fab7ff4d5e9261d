"""The steps of a schedule, and the source line at which each step's task waited, so that the page can light it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from eventdemo.explore import ControlledLoop, ReplayScheduler, make_bus, play
from eventdemo.explore.experiment import describe_step
from eventdemo.explore.replay import Token, experiment_of
from eventdemo.explore.steps import AccessSet
from eventdemo.explore.steps import Path as TaskPath
from eventdemo.simulate.studied_lines import is_studied
from eventdemo.trace.lines import Line

Awaits = Sequence[tuple[str, int]]


class Witness(ReplayScheduler):
    """Follows a schedule, and remembers where the task of each choice waited."""

    def __init__(self, choices: Sequence[int]) -> None:
        super().__init__(choices)
        self.awaits: list[Awaits] = []

    def choose(self, options: Sequence[TaskPath], accesses: AccessSet) -> int:
        choice = super().choose(options, accesses)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ControlledLoop)
        self.awaits.append(loop.awaits_of(options[choice]))
        return choice


def steps_of(token: Token) -> tuple[list[dict[str, Any]], list[Line | None]]:
    """Return each step of a schedule, and the line at which its task had waited, if there is one."""
    experiment, witness = experiment_of(token), Witness(token.choices)
    run = play(experiment, make_bus(token.strategy, experiment.bus)(), witness, token.ready)
    steps = [{"name": step.name, "text": describe_step(step)} for step in run.steps]
    return steps, [None, *map(line_of, witness.awaits)]  # the first step is the program's beginning


def line_of(awaits: Awaits) -> Line | None:
    """Return the innermost await that a reader studies, or else the innermost one."""
    chosen = [place for place in awaits if is_studied(place[0])] or awaits
    return Line(*chosen[-1]) if chosen else None
