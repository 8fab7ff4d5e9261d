"""Every pitfall: its docstring, its scenario, and that its claim fails for broken versions and holds for fixed ones."""

from functools import cache
from importlib import import_module

import pytest

from eventdemo.pitfalls import pitfall
from eventdemo.simulate import PITFALLS, simulate
from mock_services import FaultPlan
from tests.house.repo import assert_none, files
from tests.pitfalls.orders import explored

VERSIONS = [(name, variant.name, variant.holds) for name in PITFALLS for variant in pitfall(name).variants]
BROKEN = [(name, variant) for name, variant, holds in VERSIONS if not holds]
FIXED = [(name, variant) for name, variant, holds in VERSIONS if holds]


@cache
def simulated(name, variant):
    return simulate(name, variant=variant)


def test_each_module_is_a_pitfall_with_a_scenario():
    modules = {path.split("/")[-1].removesuffix(".py") for path in files("eventdemo/pitfalls/*.py")}

    assert modules - {"__init__", "definition"} == {name.replace("-", "_") for name in PITFALLS}
    assert all(pitfall(name).name == name for name in PITFALLS)


def test_the_docstring_gives_symptom_cause_and_fix():
    for name in PITFALLS:
        docstring = import_module(f"eventdemo.pitfalls.{name.replace('-', '_')}").__doc__

        symptom, empty, *rest = docstring.rstrip().splitlines()

        assert symptom.startswith(f"`{name}`: ")
        assert not empty, name
        assert [line.split(":")[0] for line in rest if line.startswith(("Cause:", "Fix:"))] == ["Cause", "Fix"], name


def test_the_first_version_is_broken_and_at_least_one_is_fixed():
    for name in PITFALLS:
        first, *others = pitfall(name).variants

        assert not first.holds, name
        assert any(variant.holds for variant in others), name


@pytest.mark.parametrize(("name", "variant"), BROKEN)
def test_the_claim_fails_for_a_broken_version(name, variant):
    (check,) = simulated(name, variant).checks

    assert not check.holds
    assert check.found != check.claim


@pytest.mark.parametrize(("name", "variant"), FIXED)
def test_the_claim_holds_for_a_fixed_version(name, variant):
    (check,) = simulated(name, variant).checks

    assert check.holds, check.found


def test_the_ledger_balances():
    assert_none(f"{name}, {variant}" for name, variant in BROKEN + FIXED if not simulated(name, variant).balanced)


@pytest.mark.parametrize("fault", ["down", "flaky"])
@pytest.mark.parametrize(("name", "variant"), BROKEN + FIXED)
def test_a_version_finishes_whatever_the_services_do(name, variant, fault):
    """`eventdemo compare NAME --oracle down` prints an outcome, not a traceback."""
    trace = simulate(name, variant=variant, users=4, faults=FaultPlan.realistic().with_faults(fault))

    assert len(trace.checks) == 1
    assert trace.balanced


@pytest.mark.parametrize(("name", "variant"), BROKEN)
def test_a_broken_version_fails_in_some_schedule(name, variant):
    assert explored(f"{name}:{variant}").failures > 0


@pytest.mark.parametrize(("name", "variant"), FIXED)
def test_a_fixed_version_fails_in_no_schedule(name, variant):
    found = explored(f"{name}:{variant}")

    assert found.failures == 0, found.outcomes
