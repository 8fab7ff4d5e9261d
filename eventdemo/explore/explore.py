"""Exploration of an experiment: every schedule if there are few enough, otherwise a sample."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.explore.determinism import check_determinism, first_difference
from eventdemo.explore.experiment import Experiment, Run, play, play_in
from eventdemo.explore.instrumented_bus import make_bus as bus_of
from eventdemo.explore.loop import ControlledLoop, FifoScheduler, Scheduler
from eventdemo.explore.minimise import minimise, nearest_passing, size
from eventdemo.explore.observed import observed
from eventdemo.explore.program import as_experiment
from eventdemo.explore.reduction import CannotReduceError, Reduced, SleepSetBlockedError
from eventdemo.explore.schedulers import LatencyScheduler, RandomScheduler
from eventdemo.explore.search import Exhaustive
from eventdemo.explore.steps import NO_PREFIX, NotDeterministicError, Prefix, Ready
from eventdemo.simulate.import_program import Main
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.shown import Shown

Choices = tuple[int, ...]
Widths = tuple[int, ...]
SAMPLE_SEED = 7
BOUND_OF_TURNS = 400
"""How many schedules with several waits on one turn are tried depth-first, if a program passes without them."""
MAX_ENDLESS = 10
"""How many runs may reach the step limit before the search goes on with random schedules, then before it stops."""
MAX_CHOICES = 100_000
"""How many choices a search may make in all its runs if its bound is 2,000 or less, and in proportion if it is more.
Schedules may grow without end, as those of a loop with a timeout do: the next one has one timeout more."""
AFTER_A_FAILURE = 5
"""The divisor of that number once a schedule has failed, because further schedules only refine the counts."""
OBJECTS = 20_000
"""How many new containers make Python search for cycles of garbage, during a search."""
CHECKS = 10
"""How many random schedules check that a program declares what its tasks share."""


@dataclass
class Exploration(Shown):
    """The result: how often each outcome occurred, a failing schedule and a passing one. `print()` shows it."""

    experiment: Experiment
    ready: Ready
    strategy: str
    """The strategy that the listeners ran under; a token names it."""
    make_bus: Callable[[], EventBus] = field(repr=False)
    outcomes: Counter[str] = field(default_factory=Counter)
    refuting: set[str] = field(default_factory=set)
    """The outcomes that refute the claim, and those of runs that didn't end by themselves."""
    complete: bool = False
    """Whether every schedule was covered, up to the order of independent steps."""
    sampled: int = 0
    """How many schedules were random, after those that ran depth-first."""
    seed: int = SAMPLE_SEED
    failing: Run | None = None
    """The smallest schedule found that refutes the claim."""
    is_smallest: bool = False
    """Whether every smaller schedule passes."""
    passing: Run | None = None
    """The passing schedule that shares the longest prefix with the failing one, or else the smallest found."""
    fails_in_fifo_order: bool = False
    """Whether the claim is refuted even if waits end in the order in which they began."""
    reduced: bool = False
    """Whether schedules that differ only in the order of independent steps count as one."""
    broken_promise: Run | None = None
    """A schedule whose outcome the reduced search missed, so the program shares something that it doesn't declare."""
    assumed: set[str] = field(default_factory=set)
    """What the result rests on, besides the schedules that ran."""
    endless: int = 0
    """How many runs were cut off at the step limit."""
    nominal: Run | None = None
    """The run in which each wait takes as long as in the simulator."""
    first: tuple[Choices, str] | None = None
    last: tuple[Choices, str] | None = None
    """The choices and the outcomes of the first and the last schedule that ran."""
    paths: list[tuple[Choices, Widths]] = field(default_factory=list)
    """The choices of every schedule that ran, and their numbers of options."""
    on_run: Callable[[], object] = field(default=lambda: None, repr=False)
    """Is called after each schedule of the search."""

    @property
    def schedules(self) -> int:
        return len(self.paths)

    @property
    def at_least(self) -> int:
        """A lower bound on the number of schedules, including redundant ones."""
        return self.schedules if self.complete else lower_bound(self.paths)

    @property
    def refuted(self) -> bool:
        return self.failing is not None

    @property
    def failures(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in self.refuting)

    @property
    def ledger(self) -> dict[Fate, int]:
        """How many deliveries ended in which way, in the smallest failing schedule, or else in a passing one."""
        return self.excerpts()[0].fates()

    def report(self) -> str:
        """Return what `eventdemo explore` prints: the outcomes, and the smallest schedule that refutes the claim."""
        from eventdemo.explore.report import report  # noqa: PLC0415 - it imports this class

        return report(self)

    def excerpts(self) -> Sequence[Excerpt]:
        """Return the timelines of the smallest failing schedule, if there is one, and of a passing one."""
        from eventdemo.explore.report import excerpt_of  # noqa: PLC0415

        runs = {"fails": self.failing, "passes": self.passing}
        return [excerpt_of(self, run, verdict) for verdict, run in runs.items() if run is not None]

    def play(self, scheduler: Scheduler, prefix: Prefix = NO_PREFIX) -> Run:
        return play(self.experiment, self.make_bus(), scheduler, self.ready, prefix)

    def add(self, run: Run) -> None:
        self.endless += run.never_ended
        self.assumed |= run.assumed
        self.outcomes[run.outcome] += 1
        self.paths.append((run.choices, run.widths))
        self.last = run.choices, run.outcome
        self.first = self.first or self.last
        if run.holds:
            self.passing = run if self.passing is None else min(self.passing, run, key=size)
        else:
            self.refuting.add(run.outcome)
            self.failing = run if self.failing is None else min(self.failing, run, key=size)
        self.on_run()


def explore(
    experiment: Experiment | Main,
    make_bus: Callable[[], EventBus] | None = None,
    *,
    strategy: str = "awaited",
    bound: int | None = None,
    seed: int = SAMPLE_SEED,
    ready: Ready | None = None,
    cancel: bool = False,
    reduce: bool = True,
    on_run: Callable[[], object] = lambda: None,
) -> Exploration:
    """Run every schedule if there are at most `bound`; otherwise run `bound` depth-first and as many random ones.

    Give it an async function of nothing, of a bus or of a stage, or an `Experiment`. Listeners run under `strategy`,
    unless you pass a `make_bus`. `seed` is that of the first random schedule. With `cancel`, one task may be cancelled
    wherever it waits. Schedules that differ only in the order of independent steps count as one, but only if the
    program promises to declare all that its tasks share. A few random schedules check that promise.

    By default waits end one by one (`ready="fifo"`). If a program that declares nothing passes, it runs again with
    several waits on one turn of the loop (`"turns"`): that is the usual case in asyncio, and some wake-ups are lost
    only then. With `"any"`, ready tasks may run in any order, too. `on_run` is called after each schedule.
    """
    if not isinstance(experiment, Experiment):
        experiment = as_experiment(experiment)
    if cancel:
        experiment = replace(experiment, cancel=True)
    make_bus = make_bus or bus_of(strategy, experiment.bus)
    start = partial(Exploration, experiment, strategy=strategy, make_bus=make_bus, seed=seed, on_run=on_run)
    found = searched(partial(start, ready or "fifo"), bound or experiment.bound, reduce=reduce)
    if ready is None and not experiment.declared and found.complete and not found.refuted:
        bound = bound or min(experiment.bound, BOUND_OF_TURNS)
        turns = searched(partial(start, "turns"), bound, reduce=False)
        return turns if turns.refuted or turns.complete else found
    return found


def searched(start: Callable[[], Exploration], bound: int, *, reduce: bool) -> Exploration:
    """Return an exploration with the schedules that ran, checked, and with its failure made as small as possible."""
    found = start()
    experiment = found.experiment
    found.reduced = reduce and experiment.declared and found.ready != "turns"
    try:
        with observed() if found.reduced else nullcontext():
            go_through(found, bound, Reduced() if found.reduced else Exhaustive())
    except CannotReduceError:
        return searched(start, bound, reduce=False)
    found.assumed |= check_determinism([found.first, found.last], found.play)
    if found.reduced and found.complete:
        check_promise(found)
    if experiment.prepare_nominal is not None:
        found.nominal = nominal_run(experiment, experiment.prepare_nominal, found.make_bus())
    if found.failing is not None:
        minimise_failure(found, found.failing)
    return found


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Search for cycles of garbage less often: most of a schedule's objects are freed without that."""
    often, *rest = gc.get_threshold()
    gc.set_threshold(often and max(often, OBJECTS), *rest)
    try:
        yield
    finally:
        gc.set_threshold(often, *rest)


@seldom_collected()
def go_through(found: Exploration, bound: int, search: Exhaustive) -> None:
    """Run schedules depth-first; after `bound` of them or as many redundant ones, run as many at random."""
    redundant = choices = 0
    most = max(MAX_CHOICES, MAX_CHOICES * bound // 2000)
    while search.more():
        try:
            run = found.play(search, search.prefix())
            choices += len(run.choices)
            if found.schedules == bound or is_enough(found, choices, most) or found.endless > MAX_ENDLESS:
                break
            search.ended(run.steps[-1].accesses)
        except SleepSetBlockedError:
            if (redundant := redundant + 1) > bound:
                break
            continue
        except NotDeterministicError:
            raise NotDeterministicError(first_difference(search.current_choices(), found.play)) from None
        found.add(run)
    else:
        found.complete = True
        return
    choices = 0
    for seed in range(found.seed, found.seed + bound):
        found.add(found.play(RandomScheduler.seeded(seed)))
        found.sampled += 1
        choices += len(found.paths[-1][0])
        if found.endless > 2 * MAX_ENDLESS or is_enough(found, choices, most):
            return


def is_enough(found: Exploration, choices: int, most: int) -> bool:
    """Return whether schedules have become so long that the search ends."""
    return choices > (most // AFTER_A_FAILURE if found.refuted else most)


def check_promise(found: Exploration) -> None:
    """Run a few random schedules; an outcome that the reduced search missed breaks the program's promise."""
    if not any(width > 1 for _, widths in found.paths for width in widths):
        return
    for seed in range(found.seed, found.seed + CHECKS):
        run = found.play(RandomScheduler.seeded(seed))
        if run.outcome not in found.outcomes:
            found.complete, found.broken_promise = False, run
            found.add(run)
            return


def nominal_run(experiment: Experiment, prepare: Callable[[], None], bus: EventBus) -> Run:
    """Run the schedule in which each wait takes as long as in the simulator."""
    undisturbed = replace(experiment, prepare=prepare, cancel=False)
    return play_in(ControlledLoop(LatencyScheduler(), timed=True), undisturbed, bus)


def minimise_failure(found: Exploration, failing: Run) -> None:
    if found.complete and not found.reduced:  # all schedules ran, so this is the smallest failing one
        found.is_smallest = True
    else:
        failing, found.is_smallest = minimise(found.play, failing)
    found.failing = failing
    found.passing = nearest_passing(found.play, failing) or found.passing
    found.fails_in_fifo_order = not play(found.experiment, found.make_bus(), FifoScheduler()).holds


def lower_bound(schedules: Iterable[tuple[Choices, Widths]]) -> int:
    """Return how many schedules there are at least: the given ones, plus one for each option that none of them takes.

    Every option leads to a schedule, and no two options lead to the same one, so a choice among three adds two.
    """
    ways: dict[tuple[int, int], int] = {}
    """The tree of these schedules: (node, choice) leads to the next node; 0 is the root."""
    options: dict[int, int] = {}
    """The number of options at each node."""
    for choices, widths in schedules:
        node = 0
        for choice, width in zip(choices, widths, strict=True):
            options[node] = width
            node = ways.setdefault((node, choice), len(ways) + 1)
    return 1 + sum(width - 1 for width in options.values())
