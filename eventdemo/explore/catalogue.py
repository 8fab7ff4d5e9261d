"""The experiments that have a name, and where each is written. A module is loaded when one of its own is asked for."""

from importlib import import_module

from eventdemo.core.wording import did_you_mean
from eventdemo.explore.experiment import Experiment
from eventdemo.simulate.scenarios import PATTERNS, PITFALLS

HOMES: dict[str, tuple[str, ...]] = {
    "start_order": (
        "starts-plain",
        "starts-coroutines",
        "starts-after-emit",
        "starts-wildcards",
        "starts-prepended",
        "starts-nested-plain",
        "starts-nested-coroutines",
        "two-emits-starts",
    ),
    "end_order": (
        "ends-in-order",
        "two-emits-ends",
        "emit-async-waits",
        "emit-async-waits-for-failures",
        "detached-never-delays",
        "drain-waits",
    ),
    "registration": (
        "once-once",
        "once-reentrant",
        "added-during-emit",
        "removed-during-emit",
        "removed-before-start",
    ),
    "errors": (
        "error-plain",
        "error-coroutine",
        "error-raised",
        "error-suppressed",
        "ledger-balances",
    ),
    "chains": (
        "pipeline-stages",
        "pipeline-whole",
        "pipeline-async-last",
        "pipeline-async-first",
        "pipeline-two-emits",
        "chain-cause",
        "chain-context",
    ),
    "article": ("audit-row", "delete-printed", "delete-repaired", "ledger-with-faults"),
}
"""Modules of `explore/guarantees`; each has its experiments in `EXPERIMENTS`, in the same order."""
NAMES = (*PATTERNS, *PITFALLS, *(name for names in HOMES.values() for name in names))


class UnknownExperimentError(ValueError):
    """There is no such experiment."""


def experiment(name: str, claim: str = "") -> Experiment:
    """Return an experiment by its name, held against its first claim or another one."""
    if not claim:
        return _named(name)
    from eventdemo.explore.properties import with_property

    return with_property(_named(name), claim)


def _named(name: str) -> Experiment:
    if name.partition(":")[0] in PITFALLS:
        from eventdemo.explore.pitfalls import of_pitfall

        return of_pitfall(name)
    if name in PATTERNS:
        from eventdemo.explore.scenarios import of_scenario

        return of_scenario(name)
    for home, names in HOMES.items():
        if name in names:
            experiments: tuple[Experiment, ...] = import_module(f"eventdemo.explore.guarantees.{home}").EXPERIMENTS
            return experiments[names.index(name)]
    hint = did_you_mean(name, NAMES, "`eventdemo scenarios` and `eventdemo guarantees` list them.")
    raise UnknownExperimentError(f"There is no experiment {name!r}: {hint}")
