"""You are the event loop: at each choice you say which wait ends next, and you win if the program's claim fails.

The program is an experiment of the explorer. It runs again from its start after each choice, which takes milliseconds.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from eventdemo.core.wording import plural
from eventdemo.explore import Experiment, Run, explore, make_bus, play
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.loop import ControlledLoop
from eventdemo.explore.program import as_experiment
from eventdemo.explore.replay import play_traced
from eventdemo.explore.steps import AccessSet, Path
from eventdemo.learn.pictures import Picture, WithWidget
from eventdemo.learn.prose import paragraphs
from eventdemo.simulate.import_program import Main
from eventdemo.trace.excerpt import Excerpt

Awaits = Sequence[tuple[str, int]]
"""File and line of each await at which a task waits, outermost first."""


class NotWaitingError(ValueError):
    """The named task has no wait that could end now."""


class YourTurn(BaseException):
    """Ends a run at the next choice. It's no `Exception`, because a program may catch those.

    Its arguments are the tasks that wait, and where each of them does.
    """


class _YourChoices:
    """A scheduler that follows your choices. A wait without an alternative ends by itself."""

    def __init__(self, ended: Sequence[str]) -> None:
        self._left = [*ended]

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ControlledLoop)
        names = numbered([loop.name_of(path) for path in options])
        if len(names) == 1:
            return 0
        if not self._left:
            raise YourTurn(names, [loop.awaits_of(path) for path in options])
        name = self._left.pop(0)
        if name not in names:
            raise NotWaitingError(f"{name!r} isn't waiting now. Waiting are: {', '.join(names)}.")
        return names.index(name)


def numbered(names: Sequence[str]) -> list[str]:
    """Return the names of the waits, with a number for the second and each later wait of the same name."""
    before = [names[:index].count(name) for index, name in enumerate(names)]
    return [f"{name} ({count + 1})" if count else name for name, count in zip(names, before, strict=True)]


@dataclass(slots=True)
class EventLoopGame(WithWidget):
    """A run that you control. A notebook shows its steps, and a button for each pending wait."""

    experiment: Experiment
    choices: list[str] = field(default_factory=list)
    """The tasks whose waits you ended, in order."""
    waiting: Sequence[str] = ()
    """The tasks whose waits can end next; none if the run is over."""
    awaits: Sequence[Awaits] = ()
    """Where each of them waits."""
    run: Run | None = None
    """The run, once it is over."""

    def __post_init__(self) -> None:
        self._play()

    def end(self, name: str) -> "EventLoopGame":
        """End the wait of a task, and run everything up to the next choice."""
        if name not in self.waiting:
            now = ", ".join(self.waiting) or "no task: the run is over, so use undo()"
            raise NotWaitingError(f"{name!r} isn't waiting now. Waiting are: {now}.")
        self.choices.append(name)
        self._play()
        return self

    def undo(self) -> "EventLoopGame":
        """Take back the last choice."""
        del self.choices[-1:]
        self._play()
        return self

    def _play(self) -> None:
        self.run, self.waiting, self.awaits = None, (), ()
        try:
            self.run = play(self.experiment, make_bus("awaited", self.experiment.bus)(), _YourChoices(self.choices))
        except YourTurn as turn:
            self.waiting, self.awaits = turn.args

    def fewest(self) -> int | None:
        """Return how many choices the explorer needs to make the claim fail, or None if it never fails."""
        failing = explore(self.experiment, make_bus("awaited", self.experiment.bus), ready="fifo").failing
        return sum(width > 1 for width in failing.widths) if failing else None

    def picture(self) -> Picture:
        """Return the timeline of the run, which must be over."""
        assert self.run is not None, "there are waits left"
        traced = play_traced(self.experiment, make_bus("awaited", self.experiment.bus)(), self.run.choices)
        return Picture([Excerpt(self.experiment.name, "your schedule", self.run.outcome, "", traced.spans)])

    def words(self) -> str:
        lines = [f"Make this claim fail: {self.experiment.claim}."]
        lines += [f"You ended the wait of {name}." for name in self.choices]
        if self.run is None:
            return paragraphs(*lines, f"Which wait ends next? {', '.join(self.waiting)}.")
        lines.append(f"The run is over: {self.run.outcome}.")
        if not self.choices:
            return paragraphs(*lines, "There is only one schedule, so there is nothing to choose.")
        if self.run.holds:
            return paragraphs(*lines, "The claim holds in this schedule. Undo a choice, and try another one.")
        par = f"The smallest schedule that fails takes {plural(self.fewest() or 0, 'choice')}."
        return paragraphs(*lines, f"You made the claim fail with {plural(len(self.choices), 'choice')}. {par}")

    def __repr__(self) -> str:
        return self.words()


def be_the_event_loop(program: str | Main) -> EventLoopGame:
    """Start a run of a pitfall, such as `logout-race:repaired`, or of a program of your own; wait for your choices."""
    return EventLoopGame(experiment(program) if isinstance(program, str) else as_experiment(program))
