"""The experiments by name. A scenario or a pitfall is imported when it is explored, the guarantees all at once."""

from functools import cache

from eventdemo.core.wording import did_you_mean
from eventdemo.explore.experiment import Experiment
from eventdemo.explore.program import as_experiment
from eventdemo.simulate.import_program import is_program, load, not_a_program
from eventdemo.simulate.scenarios import PATTERNS, PITFALLS


class UnknownExperimentError(ValueError):
    """No experiment has this name."""


def experiment(name: str, claim: str = "") -> Experiment:
    from eventdemo.explore.properties import with_property

    return with_property(_named(name), claim)


def _named(name: str) -> Experiment:
    if is_program(name):
        return as_experiment(load(name), name)
    if name.partition(":")[0] in PITFALLS:
        from eventdemo.explore.scenarios import of_pitfall

        return of_pitfall(name)
    if name in PATTERNS:
        from eventdemo.explore.scenarios import of_scenario

        return of_scenario(name)
    if name in (known := guarantees()):
        return known[name]
    if advice := not_a_program(name):
        raise UnknownExperimentError(f"{name!r} is no program. {advice}")
    hint = did_you_mean(name, names(), "`eventdemo scenarios` and `eventdemo guarantees` list them.")
    raise UnknownExperimentError(f"There is no experiment {name!r}: {hint}")


@cache
def guarantees() -> dict[str, Experiment]:
    from eventdemo.explore.guarantees.table import GUARANTEES

    known = (guarantee.experiment for guarantee in GUARANTEES)
    return {each.name: each for each in known if each.name.partition(":")[0] not in PITFALLS}


def names() -> tuple[str, ...]:
    return (*PATTERNS, *PITFALLS, *guarantees())
