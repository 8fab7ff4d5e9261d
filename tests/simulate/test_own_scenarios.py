"""A program of your own is simulated like the named ones."""

import pytest

from eventdemo.pitfalls import Pitfall, Variant, pitfall
from eventdemo.simulate import simulate
from eventdemo.trace.conditions import ConditionsError

TYPO = pitfall("typo")
MINE = Pitfall("mine", TYPO.claim, TYPO.variants, TYPO.faults)


def test_it_runs_as_the_same_program_does_under_its_name():
    mine, known = (simulate(name, variant="broken") for name in (MINE, "typo"))

    assert mine == known.model_copy(update={"scenario": "mine"})


def test_the_default_variant_is_the_first():
    assert simulate(MINE, users=2).variant == MINE.variants[0].name


def test_it_sets_its_own_instances_as_every_pitfall_does():
    with pytest.raises(ConditionsError, match="'mine' sets its own instances"):
        simulate(MINE, instances=2)


def test_its_outcome_is_checked_against_its_claim():
    async def play(stage):
        return f"{len(stage.user_ids)} came"

    trace = simulate(Pitfall("party", "3 came", (Variant("only", play),)), users=4)

    assert [(check.claim, check.holds, check.found) for check in trace.checks] == [("3 came", False, "4 came")]
