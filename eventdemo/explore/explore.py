"""Exploring an experiment: every schedule while there are few, a sample of them when there are many."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from eventdemo.bus import EventBus
from eventdemo.explore.choosers import by_chance
from eventdemo.explore.experiment import Experiment, Run, play
from eventdemo.explore.loop import Ready
from eventdemo.explore.search import Exhaustive, RedundantError

BOUND = 2000
SAMPLE_SEED = 7


@dataclass(slots=True)
class Exploration:
    """What was found: how often each outcome occurred, and a schedule of each kind."""

    experiment: Experiment
    ready: Ready
    outcomes: Counter[str] = field(default_factory=Counter)
    at_least: int = 0
    """How many schedules there are for certain."""
    seed: int = SAMPLE_SEED
    complete: bool = False
    """Whether every schedule was covered, up to the order of independent steps."""
    failing: Run | None = None
    """The smallest schedule found that refutes the claim."""
    passing: list[Run] = field(default_factory=list)

    @property
    def schedules(self) -> int:
        """How many schedules were run."""
        return self.outcomes.total()

    @property
    def refuted(self) -> bool:
        """Whether some schedule ends against the claim."""
        return self.failing is not None

    def add(self, run: Run) -> None:
        """Count a schedule."""
        self.outcomes[run.outcome] += 1
        if run.holds:
            self.passing.append(run)
        elif self.failing is None or size(run) < size(self.failing):
            self.failing = run

    def nearest_passing(self) -> Run | None:
        """Return the passing schedule that goes along with the failing one for longest."""
        if self.failing is None:
            return None
        failing = self.failing
        return max(self.passing, key=lambda run: (common(run, failing), -size(run)[0]), default=None)


def explore(
    experiment: Experiment,
    make_bus: Callable[[], EventBus] = EventBus,
    *,
    bound: int = BOUND,
    ready: Ready = "fifo",
    reduce: bool = True,
) -> Exploration:
    """Run every schedule if there are at most `bound`; otherwise the first `bound`, and as many by chance."""
    found = Exploration(experiment, ready)
    search = Exhaustive(reduce=reduce and ready == "fifo")
    while search.more():
        if found.schedules == bound:
            found.at_least = bound + 1
            sample(found, make_bus, bound)
            return found
        try:
            found.add(play(experiment, make_bus(), search, ready))
        except RedundantError:
            continue
    found.complete = True
    return found


def sample(found: Exploration, make_bus: Callable[[], EventBus], number: int) -> None:
    """Add schedules chosen by chance."""
    for seed in range(number):
        found.add(play(found.experiment, make_bus(), by_chance(SAMPLE_SEED + seed), found.ready))


def size(run: Run) -> tuple[int, tuple[int, ...]]:
    """Order schedules: the fewer choices other than the first option, the smaller; then as written."""
    return sum(choice > 0 for choice in run.choices), run.choices


def common(one: Run, other: Run) -> int:
    """Return how many choices two schedules share at their beginning."""
    shared = 0
    for a, b in zip(one.choices, other.choices, strict=False):
        if a != b:
            break
        shared += 1
    return shared
