"""Where two runs of one schedule differ, for the message about a program that is not deterministic."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import zip_longest

from eventdemo.explore.experiment import Run
from eventdemo.explore.loop import Scheduler
from eventdemo.explore.schedulers import BadScheduleError, ReplayScheduler
from eventdemo.explore.steps import AccessSet, NotDeterministicError, Path
from eventdemo.simulate.deadlock import who_waits

RUNS = 20
"""How often to run the schedule in search of two runs that differ."""
CAUSES = "Look for randomness, real time, the order of a set, or a global that outlives the run."


class _Witness(ReplayScheduler):
    """Follows the choices, and notes where each task waits."""

    def __init__(self, choices: Sequence[int]) -> None:
        super().__init__(choices)
        self.seen: list[str] = []

    def choose(self, options: Sequence[Path], accesses: AccessSet) -> int:
        self.seen.append("; ".join(who_waits(asyncio.get_running_loop())))
        return super().choose(options, accesses)


def first_difference(choices: Sequence[int], run_with: Callable[[Scheduler], Run]) -> str:
    """Return a sentence that says where two runs with the same choices differ."""
    first = _witnessed(choices, run_with)
    for _ in range(RUNS):
        for number, (one, other) in enumerate(zip_longest(first, _witnessed(choices, run_with), fillvalue="it ended")):
            if one != other:
                return (
                    f"The program is not deterministic: two runs of one schedule differ at choice {number + 1}. "
                    f"In one, {one}. In the other, {other}. {CAUSES}"
                )
    return f"The program is not deterministic: two runs of one schedule end differently. {CAUSES}"


def _witnessed(choices: Sequence[int], run_with: Callable[[Scheduler], Run]) -> list[str]:
    witness = _Witness(choices)
    try:
        outcome = run_with(witness).outcome
    except (BadScheduleError, NotDeterministicError):
        return [*witness.seen, "it had fewer choices"]
    return [*witness.seen, f"it ended with {outcome!r}"]
