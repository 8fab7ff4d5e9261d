"""The evidence of a sibling: a second question, which comes back if you predicted the first one wrong.

It asks the same about another run. No cell of the notebook runs it, so it brings its own evidence: runs of scenarios,
or a small program.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from eventdemo.learn.small_programs import PLAYS, Evidence
from eventdemo.simulate import simulate


def evidence_of(data: Mapping[str, Any]) -> Callable[[], Evidence]:
    """Return what runs the scenarios of `run` (one argument each), those of `runs` (a list), or the program `play`."""
    if "play" in data:
        return PLAYS[data["play"]]
    return partial(_simulated, data.get("runs") or data["run"], in_a_list="runs" in data)


def _simulated(settings: Sequence[Mapping[str, Any]], *, in_a_list: bool) -> Evidence:
    runs = [simulate(each["scenario"], **{key: each[key] for key in each if key != "scenario"}) for each in settings]
    return [runs] if in_a_list else runs
