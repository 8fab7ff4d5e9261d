"""What virtual time says of a kill, and that reality keeps within the bounds that are stated for it."""

import asyncio
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.trials.crash_lab.lab import EARLIEST, TAIL, company_for, crash_lab
from eventdemo.trials.crash_lab.prediction import predict
from eventdemo.trials.crash_lab.report import agreement, as_record, as_text, foretold, surprises
from eventdemo.trials.crash_lab.requests import HURRY, PEOPLE, visits

COMPANY = company_for(3, 7)
ROUND = visits(COMPANY, 0, Random(7))
STAGES = ("not accepted", "lost", "done")
MOMENTS = st.floats(0, HURRY + 1)


def test_a_round_has_something_to_lose():
    moments = [EARLIEST + step / 20 for step in range(int((HURRY + TAIL) * 20))]

    assert {outcome for at in moments for outcome in predict(COMPANY, ROUND, 7, at)} == set(STAGES)


@settings(max_examples=15, deadline=None)
@given(MOMENTS, MOMENTS)
def test_a_later_kill_never_undoes_what_an_earlier_one_left(one, other):
    early, late = (predict(COMPANY, ROUND, 7, at) for at in sorted((one, other)))

    assert all(STAGES.index(before) <= STAGES.index(after) for before, after in zip(early, late, strict=True))


def test_a_kill_before_anybody_comes_and_one_after_everything():
    assert set(predict(COMPANY, ROUND, 7, 0.0)) == {"not accepted"}
    assert set(predict(COMPANY, ROUND, 7, 60.0)) == {"done"}


def test_nobody_comes_twice_and_the_same_seed_sends_the_same_people():
    rounds = [visits(COMPANY, number, Random(number)) for number in range(3)]

    assert len({visit.user_id for visit in ROUND}) <= PEOPLE
    assert not {v.user_id for v in rounds[0]} & {v.user_id for v in rounds[1]}
    assert rounds == [visits(COMPANY, number, Random(number)) for number in range(3)]


def test_real_processes_end_as_foretold_unless_the_kill_was_close():
    findings = asyncio.run(crash_lab("in-process", rounds=2))

    prediction = foretold(findings)

    assert len(prediction) == len(findings.entries) > 0
    assert len(surprises(prediction)) <= len(prediction) / 10
    assert as_record(findings)["surprises"] == len(surprises(prediction))
    assert f"{len(prediction):,} visits ended as foretold" in as_text(findings)


def test_those_that_did_not_end_as_foretold_are_told_apart():
    both = " ".join(agreement(10, 12, 0)), " ".join(agreement(10, 12, 1))

    assert both[0].startswith("10 of 12 visits ended as foretold, one by one. Of the other 2, all were so close to the")
    assert "Of the other 2, all but 1 were so close to the kill that 0.5 s earlier or later" in both[1]
