"""The steps of a schedule, and the source line at which each step's task waited, so that the page can light it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import eventdemo
from eventdemo.explore import ControlledLoop, ReplayScheduler, make_bus, play
from eventdemo.explore.experiment import describe_step
from eventdemo.explore.replay import Token, replayed
from eventdemo.explore.steps import AccessSet
from eventdemo.explore.steps import Path as TaskPath

Awaits = Sequence[tuple[str, int]]
PACKAGE = Path(eventdemo.__file__).parent
PROGRAMS = (PACKAGE / "pitfalls", PACKAGE / "backend" / "patterns", PACKAGE / "explore" / "guarantees")
"""What a reader of a schedule knows; the rest of the package is machinery around it."""


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


def steps_of(token: Token) -> dict[str, Any]:
    """Return each step of a schedule with the line at which its task had waited, and the files of these lines."""
    played, witness = replayed(token), Witness(token.choices)
    run = play(played, make_bus(token.strategy, played.bus)(), witness, token.ready)
    lines, sources = lit([(), *witness.awaits])  # the first step is the program's beginning
    steps = [{"name": s.name, "text": describe_step(s), "at": at} for s, at in zip(run.steps, lines, strict=True)]
    return {"steps": steps, "sources": sources}


def lit(waits: Sequence[Awaits]) -> tuple[list[dict[str, Any] | None], dict[str, str]]:
    """Return the line to light for each wait, if it has one, and the text of each file with such a line."""
    chosen = [[await_ for await_ in awaits if _is_known(Path(await_[0]))] or awaits for awaits in waits]
    lines = [{"file": _name(Path(at[-1][0])), "line": at[-1][1]} if at else None for at in chosen]
    return lines, {_name(path): path.read_text("utf-8") for path in {Path(at[-1][0]): None for at in chosen if at}}


def _is_known(file: Path) -> bool:
    return not file.is_relative_to(PACKAGE) or any(file.is_relative_to(folder) for folder in PROGRAMS)


def _name(file: Path) -> str:
    return file.relative_to(PACKAGE.parent).as_posix() if file.is_relative_to(PACKAGE) else file.name
