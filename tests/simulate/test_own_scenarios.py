"""A program of one's own is simulated like those that have a name."""

import pytest

from eventdemo.pitfalls import Pitfall, Variant, pitfall
from eventdemo.simulate import simulate
from eventdemo.trace.conditions import ConditionsError

TYPO = pitfall("typo")
MINE = Pitfall("mine", TYPO.claim, TYPO.variants, TYPO.faults)


def test_it_runs_as_the_same_program_does_under_its_name():
    mine, known = (simulate(name, variant="broken") for name in (MINE, "typo"))

    assert mine == known.model_copy(update={"scenario": "mine"})


def test_the_first_version_is_meant_if_nobody_says_which():
    assert simulate(MINE, users=2).variant == MINE.variants[0].name


def test_it_brings_its_own_instances_as_every_pitfall_does():
    with pytest.raises(ConditionsError, match="'mine' sets its own instances"):
        simulate(MINE, instances=2)


def test_what_it_finds_is_checked_against_its_claim():
    async def play(stage):
        return f"{len(stage.user_ids)} came"

    trace = simulate(Pitfall("party", "3 came", (Variant("only", play),)), users=4)

    assert [(check.claim, check.holds, check.found) for check in trace.checks] == [("3 came", False, "4 came")]
