"""Each verdict on docs/guarantees.md is computed again, each refutation is replayed, and a broken bus changes some."""

import json
import re
from functools import cache, partial

import pytest

from eventdemo.explore import explore, instrumented, replay
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.guarantees import table
from eventdemo.explore.guarantees.guarantee import Guarantee
from eventdemo.explore.guarantees.verdict import GuaranteeVerdict, judge
from tests.core.test_mutants import MUTANTS
from tests.explore import programs
from tests.house.repo import assert_none, text

CASES = [(guarantee, strategy) for guarantee in table.GUARANTEES for strategy in guarantee.strategies]
IDS = [f"{guarantee.experiment.name}-{strategy}" for guarantee, strategy in CASES]
judged = cache(judge)


def verdicts_on_the_page():
    """Return (verdict, proof) by (name, strategy)."""
    found, name = {}, ""
    for line in text("docs/guarantees.md").splitlines():
        if heading := re.match(r"([a-z:-]+): ", line):
            name = heading[1]
        if row := re.match(r"  (\S+) +(guaranteed|scheduler-dependent|race|fails in every schedule|open) +(.+)$", line):
            found[name, row[1]] = (row[2], row[3])
    return found


ON_THE_PAGE = verdicts_on_the_page()


@pytest.mark.parametrize(("guarantee", "strategy"), CASES, ids=IDS)
def test_a_verdict_is_what_the_page_says(guarantee, strategy):
    judgement = judged(guarantee, strategy)

    assert ON_THE_PAGE[guarantee.experiment.name, strategy] == (judgement.verdict, judgement.proof)


def verdicts(name):
    return {strategy: verdict for (claim, strategy), (verdict, _) in ON_THE_PAGE.items() if claim == name}


def where(name, verdict):
    return {strategy for strategy, found in verdicts(name).items() if found == verdict}


def test_what_stands_out_on_the_page_is_in_its_verdicts():
    overlapping, fails = {"awaited", "bounded:2", "detached"}, "fails in every schedule"

    assert set(verdicts("starts-plain").values()) == {"guaranteed"}
    assert where("starts-coroutines", "scheduler-dependent") == {"sequential", *overlapping}
    assert where("ends-in-order", "race") == overlapping
    assert where("two-emits-ends", "race") == {"sequential", *overlapping}
    assert where("emit-async-waits-for-failures", fails) == {"bounded:2", "detached"}
    assert where("audit-row", "race") == {"bounded:2", "detached"}
    assert where("logout-race", "race") == {"sequential", *overlapping}
    assert set(verdicts("logout-race:repaired").values()) == {"guaranteed"}
    assert where("delete-printed", fails) == {"sequential", *overlapping}
    assert where("detached-never-delays", fails) == {"sync", "bounded:2"}


def test_the_page_contains_no_other_verdicts():
    assert set(ON_THE_PAGE) == {(guarantee.experiment.name, strategy) for guarantee, strategy in CASES}


def test_a_claim_that_is_not_guaranteed_has_a_schedule_that_refutes_it():
    page = text("docs/guarantees.md")
    for guarantee, strategy in CASES:
        judgement = judged(guarantee, strategy)
        if judgement.verdict is GuaranteeVerdict.GUARANTEED:
            assert judgement.token is None
            continue

        assert not replay(str(judgement.token)).holds
        assert judgement.token.ready == ("any" if judgement.verdict is GuaranteeVerdict.SCHEDULER_DEPENDENT else "fifo")
        assert str(judgement.token) in page


def test_every_program_is_small_enough_for_all_its_schedules():
    assert all(judged(guarantee, strategy).complete for guarantee, strategy in CASES)


@pytest.mark.parametrize(
    ("name", "strategy", "verdict"),
    [
        ("starts-plain", "awaited", "guaranteed"),
        ("starts-plain", "detached", "guaranteed"),
        ("starts-coroutines", "awaited", "scheduler-dependent"),
        ("ends-in-order", "awaited", "race"),
        ("ends-in-order", "sync", "guaranteed"),
        ("ends-in-order", "sequential", "scheduler-dependent"),
        ("two-emits-ends", "sequential", "race"),
        ("two-emits-ends", "sync", "guaranteed"),
        ("emit-async-waits", "awaited", "guaranteed"),
        ("emit-async-waits-for-failures", "awaited", "guaranteed"),
        ("emit-async-waits", "detached", "fails in every schedule"),
        ("emit-async-waits", "bounded:2", "fails in every schedule"),
        ("detached-never-delays", "bounded:2", "fails in every schedule"),
        ("delete-printed", "awaited", "fails in every schedule"),
        ("audit-row", "awaited", "guaranteed"),
        ("audit-row", "detached", "race"),
        ("logout-race", "awaited", "race"),
        ("logout-race:repaired", "awaited", "guaranteed"),
    ],
)
def test_the_verdicts_that_the_prose_names(name, strategy, verdict):
    guarantee = next(g for g in table.GUARANTEES if g.experiment.name == name)

    assert judged(guarantee, strategy).verdict == verdict


def test_every_guarantee_is_an_experiment_of_the_catalogue():
    experiments = [guarantee.experiment for guarantee in table.GUARANTEES]

    assert_none(each.name for each in experiments if experiment(each.name) is not each)


def verdict_of(program, **options):
    return judge(Guarantee(program, ("awaited",)), "awaited", **options).verdict


def test_the_five_verdicts(monkeypatch):
    assert verdict_of(programs.racing("a", "b")) is GuaranteeVerdict.GUARANTEED
    assert verdict_of(programs.racing("a", "b", holds="a, b".__eq__)) is GuaranteeVerdict.RACE
    assert verdict_of(programs.racing("a", "b", holds="c".__eq__)) is GuaranteeVerdict.FAILS
    starts = next(g for g in table.GUARANTEES if g.experiment.name == "starts-coroutines")
    assert verdict_of(starts.experiment) is GuaranteeVerdict.SCHEDULER_DEPENDENT
    monkeypatch.setattr("eventdemo.explore.guarantees.verdict.explore", partial(explore, bound=50))
    assert verdict_of(programs.listeners_of_steps(4, 3, shared=True)) is GuaranteeVerdict.OPEN


def test_the_json_has_a_record_for_each_verdict():
    found = [judged(*case) for case in CASES[:12]]
    records = json.loads(table.as_json(found))

    assert len(records) == len(found)
    assert {*records[0]} == {
        "name", "claim", "strategy", "verdict", "proof", "schedules", "complete", "token", "test"
    }  # fmt: skip
    assert records[0]["test"].endswith("::test_a_verdict_is_what_the_page_says[starts-plain-sync]")


CAUGHT_BY = {
    "reverses the order": "starts-plain",
    "drops one of many listeners": "starts-plain",
    "calls exact names first": "starts-wildcards",
    "forgets detached tasks": "drain-waits",
    "resolves early": "emit-async-waits",
    "removes during an emit": "removed-during-emit",
    "runs once twice": "once-reentrant",
}


@pytest.mark.parametrize("mutant", CAUGHT_BY)
def test_a_broken_bus_changes_a_verdict(mutant):
    guarantee = next(g for g in table.GUARANTEES if g.experiment.name == CAUGHT_BY[mutant])

    broken = judge(guarantee, "awaited", instrumented(MUTANTS[mutant]))

    assert judged(guarantee, "awaited").verdict is GuaranteeVerdict.GUARANTEED
    assert broken.verdict is not GuaranteeVerdict.GUARANTEED


def test_the_mutant_that_is_not_listed_breaks_no_order():
    """It stops reporting unawaited failures, which `tests/core` detects."""
    assert set(MUTANTS) - set(CAUGHT_BY) == {"stops reporting"}
