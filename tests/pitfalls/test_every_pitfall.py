"""Every pitfall: its docstring, its scenario, and that a broken version breaks where a repaired one does not."""

from functools import cache
from importlib import import_module

import pytest

from eventdemo.explore import explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.pitfalls import pitfall
from eventdemo.simulate import PITFALLS, simulate
from mock_services import FaultPlan
from tests.house.repo import files

VERSIONS = [(name, variant.name, variant.holds) for name in PITFALLS for variant in pitfall(name).variants]
BROKEN = [(name, variant) for name, variant, keeps in VERSIONS if not keeps]
REPAIRS = [(name, variant) for name, variant, keeps in VERSIONS if keeps]


@cache
def played(name, variant):
    return simulate(name, variant=variant)


@cache
def explored(name):
    chosen = experiment(name)
    return explore(chosen, make_bus("awaited", chosen.bus))


def test_each_module_is_a_pitfall_with_a_scenario():
    modules = {path.split("/")[-1].removesuffix(".py") for path in files("eventdemo/pitfalls/*.py")}

    assert modules - {"__init__", "definition"} == {name.replace("-", "_") for name in PITFALLS}
    assert all(pitfall(name).name == name for name in PITFALLS)


@pytest.mark.parametrize("name", PITFALLS)
def test_the_docstring_says_symptom_cause_and_repair(name):
    docstring = import_module(f"eventdemo.pitfalls.{name.replace('-', '_')}").__doc__

    symptom, empty, *rest = docstring.rstrip().splitlines()

    assert symptom.startswith(f"`{name}`: ")
    assert not empty
    assert [line.split(":")[0] for line in rest if line.startswith(("Cause:", "Repair:"))] == ["Cause", "Repair"]


@pytest.mark.parametrize("name", PITFALLS)
def test_the_first_version_is_a_broken_one_and_some_version_is_repaired(name):
    first, *others = pitfall(name).variants

    assert not first.holds
    assert any(variant.holds for variant in others)


@pytest.mark.parametrize(("name", "variant"), BROKEN)
def test_a_broken_version_ends_otherwise_than_claimed(name, variant):
    (check,) = played(name, variant).checks

    assert not check.holds
    assert check.found != check.claim


@pytest.mark.parametrize(("name", "variant"), REPAIRS)
def test_a_repaired_version_ends_as_claimed(name, variant):
    (check,) = played(name, variant).checks

    assert check.holds, check.found


@pytest.mark.parametrize(("name", "variant"), BROKEN + REPAIRS)
def test_the_books_balance(name, variant):
    assert played(name, variant).balanced


@pytest.mark.parametrize("fault", ["down", "flaky"])
@pytest.mark.parametrize(("name", "variant"), BROKEN + REPAIRS)
def test_a_version_comes_to_an_end_whatever_the_services_do(name, variant, fault):
    """`eventdemo compare NAME --oracle down` is told how it ended, and not where it raised."""
    trace = simulate(name, variant=variant, users=4, faults=FaultPlan.realistic().with_faults(fault))

    assert len(trace.checks) == 1
    assert trace.balanced


@pytest.mark.parametrize(("name", "variant"), BROKEN)
def test_some_order_breaks_a_broken_version(name, variant):
    found = explored(f"{name}:{variant}")

    assert found.complete
    assert found.failures > 0


@pytest.mark.parametrize(("name", "variant"), REPAIRS)
def test_no_order_breaks_a_repaired_version(name, variant):
    found = explored(f"{name}:{variant}")

    assert found.complete
    assert found.failures == 0, found.outcomes
