"""Whether a schedule always runs the same way, and if it doesn't, where two of its runs differ."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import cycle, zip_longest

from eventdemo.explore.addresses import disturbed_addresses, shuffle_addresses
from eventdemo.explore.experiment import Run
from eventdemo.explore.loop import Scheduler
from eventdemo.explore.outside import OutsideReads
from eventdemo.explore.schedulers import BadScheduleError, ReplayScheduler, explored_loop
from eventdemo.explore.steps import AccessSet, NotDeterministicError, Path
from eventdemo.simulate.deadlock import who_waits

RUNS = 20
"""How often to run the schedule in search of two runs that differ."""
FEW, MANY = 4, 24
"""How often to run two schedules again; more often than a few times if a set may depend on addresses."""
CALLS = 100_000
"""How many calls of functions these runs may make, if they are more than a few."""
CAUSES = "Look for randomness, real time, the order of a set, or a global that outlives the run."
IN_SETS = "A set of {} objects has the order of their addresses: use a list or a dict."
REAL = "It reads {}: use the loop's time() and a seeded Random."
ORDER = (
    "the outcome doesn't depend on what differs between runs of one schedule, such as the order of a set ({}, or {})"
)
FACTORY = " A set holds the tasks of your task factory in another order in each run, so explore without that factory."
RunWith = Callable[[Scheduler], Run]
"""Runs the same experiment with another scheduler."""


class _Witness(ReplayScheduler):
    """Follows the choices, and notes where each task waits."""

    def __init__(self, choices: Sequence[int]) -> None:
        super().__init__(choices)
        self.seen: list[list[str]] = []
        self.advice = CAUSES

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        loop = explored_loop()
        self.seen.append(who_waits(loop))
        if not loop.knows_all_tasks:
            self.advice = CAUSES + FACTORY
        return super().choose(options, accesses)


def check_determinism(runs: Sequence[tuple[Sequence[int], str] | None], run_with: RunWith) -> set[str]:
    """Run these schedules again; raise an error if one takes another way or ends in another way.

    Return what the result rests on because the program reads a real clock or random numbers, or because its tasks have
    another order in each run.
    """
    reads, assumed, kept = OutsideReads(), set[str](), list[bytes]()
    schedules = [(choices, outcome, list[str]()) for choices, outcome in filter(None, runs)]
    for number, (choices, outcome, before) in enumerate(cycle(schedules)):
        if number >= _replays(reads):
            break
        kept += shuffle_addresses(number)
        places: list[str] = []
        disturbance = disturbed_addresses(number) if reads.in_sets else nullcontext()
        with disturbance if number else reads:  # these reads in one run, because it takes several times as long
            is_same = _ends_so(outcome, choices, places if reads.in_sets else None, run_with)
        if not is_same:
            raise NotDeterministicError(first_difference(choices, run_with))
        before[:] = before or places
        differ = [sorted(both) for both in zip(before, places, strict=False) if len({*both}) > 1]
        assumed = assumed or {ORDER.format(*both) for both in differ[:1]}
    return assumed | reads.assumptions()


def _replays(reads: OutsideReads) -> int:
    return max(FEW, min(MANY, CALLS // max(reads.calls, 1))) if reads.in_sets else FEW


def _ends_so(outcome: str, choices: Sequence[int], places: list[str] | None, run_with: RunWith) -> bool:
    """Return whether a schedule has this outcome again, after exactly these choices; fill in where its tasks waited."""
    try:
        run = run_with(ReplayScheduler(choices, places))
    except BadScheduleError:
        return False
    return (run.outcome, run.choices) == (outcome, choices)


def first_difference(choices: Sequence[int], run_with: RunWith) -> str:
    """Return a sentence that says where two runs with the same choices differ."""
    with OutsideReads() as reads:
        first = _witnessed(choices, run_with)
    found = {IN_SETS: " and ".join(reads.in_sets), REAL: reads.places()}
    first.advice = " ".join(advice.format(what) for advice, what in found.items() if what) or first.advice
    kept = list[bytes]()
    for seed in range(RUNS):
        kept += shuffle_addresses(seed)
        with disturbed_addresses(seed):
            second = _witnessed(choices, run_with)
        for number, (one, other) in enumerate(zip_longest(first.seen, second.seen, fillvalue=["it ended"]), 1):
            if one != other:
                return (
                    f"The program is not deterministic: two runs of one schedule differ at choice {number}. "
                    f"In one, {_missing(one, other)}. In the other, {_missing(other, one)}. {first.advice}"
                )
    return f"The program is not deterministic: two runs of one schedule end differently. {first.advice}"


def _missing(one: Sequence[str], other: Sequence[str]) -> str:
    """Return what only one of two runs has at a choice."""
    return "; ".join((Counter(one) - Counter(other)).elements()) or "no other task waits"


def _witnessed(choices: Sequence[int], run_with: RunWith) -> _Witness:
    witness = _Witness(choices)
    try:
        end = f"it ended with {run_with(witness).outcome!r}"
    except (BadScheduleError, NotDeterministicError):
        end = "it had fewer choices"
    witness.seen.append([end])
    return witness
