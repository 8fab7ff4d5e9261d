"""The evidence of a sibling: a second question, which comes back if you predicted the first one wrong.

It asks the same about another run. No cell of the notebook runs it, so it brings its own evidence: runs of scenarios,
a pitfall in every schedule, or a small program.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.learn import small_programs
from eventdemo.learn.small_programs import Evidence
from eventdemo.simulate import simulate


def evidence_of(data: Mapping[str, Any]) -> Callable[[], Evidence]:
    """Return what simulates `run` (one argument each) or `runs` (a list), explores `explore`, or calls `play`."""
    if "play" in data:
        program: Callable[[], Evidence] = getattr(small_programs, data["play"])
        return program
    if "explore" in data:
        return partial(_explored, data["explore"], data.get("strategy", "awaited"))
    return partial(_simulated, data.get("runs") or data["run"], in_a_list="runs" in data)


def _explored(pitfall: str, strategy: str) -> Evidence:
    return [explore(experiment(pitfall), strategy=strategy)]


def _simulated(settings: Sequence[Mapping[str, Any]], *, in_a_list: bool) -> Evidence:
    runs = [simulate(each["scenario"], **{key: each[key] for key in each if key != "scenario"}) for each in settings]
    return [runs] if in_a_list else runs
