"""Whether a schedule always runs the same way, and if it doesn't, where two of its runs differ."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import zip_longest

from eventdemo.explore.experiment import Run
from eventdemo.explore.loop import ControlledLoop, Scheduler
from eventdemo.explore.outside import OutsideReads
from eventdemo.explore.schedulers import BadScheduleError, ReplayScheduler
from eventdemo.explore.steps import AccessSet, NotDeterministicError, Path
from eventdemo.simulate.deadlock import who_waits

RUNS = 20
"""How often to run the schedule in search of two runs that differ."""
CAUSES = "Look for randomness, real time, the order of a set, or a global that outlives the run."
REAL = "It reads what differs in each run: {}. Use the loop's time() and a seeded Random."
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
        loop = asyncio.get_running_loop()
        assert isinstance(loop, ControlledLoop)
        self.seen.append(who_waits(loop))
        if not loop.knows_all_tasks:
            self.advice = CAUSES + FACTORY
        return super().choose(options, accesses)


def check_determinism(runs: Sequence[tuple[Sequence[int], str] | None], run_with: RunWith) -> set[str]:
    """Run these schedules again; raise an error if one takes another way or ends in another way.

    Return what the result rests on because the program reads a real clock or random numbers.
    """
    reads, kept = OutsideReads(), []
    for number, (choices, outcome) in enumerate(filter(None, (*runs, *runs))):
        kept.append(small_objects())
        with nullcontext() if number else reads:  # in one run, because it takes several times as long
            is_same = _ends_so(outcome, choices, run_with)
        if not is_same:
            raise NotDeterministicError(first_difference(choices, run_with))
    return reads.assumptions()


def _ends_so(outcome: str, choices: Sequence[int], run_with: RunWith) -> bool:
    """Return whether a schedule has this outcome again, after exactly these choices."""
    try:
        run = run_with(ReplayScheduler(choices))
    except BadScheduleError:
        return False
    return (run.outcome, run.choices) == (outcome, choices)


def first_difference(choices: Sequence[int], run_with: RunWith) -> str:
    """Return a sentence that says where two runs with the same choices differ."""
    kept = []
    with OutsideReads() as reads:
        first = _witnessed(choices, run_with)
    if places := reads.places():
        first.advice = REAL.format(places)
    for _ in range(RUNS):
        kept.append(small_objects())
        both = zip_longest(first.seen, _witnessed(choices, run_with).seen, fillvalue=["it ended"])
        for number, (one, other) in enumerate(both, 1):
            if one != other:
                return (
                    f"The program is not deterministic: two runs of one schedule differ at choice {number}. "
                    f"In one, {_missing(one, other)}. In the other, {_missing(other, one)}. {first.advice}"
                )
    return f"The program is not deterministic: two runs of one schedule end differently. {first.advice}"


def small_objects() -> list[bytes]:
    """Return an object of each small size. While they are kept, a program's objects get other addresses.

    The order of a set may follow from addresses, which are often the same in each run of one process.
    """
    return [bytes(size) for size in range(0, 480, 16)]


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
