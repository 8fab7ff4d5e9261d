"""An exercise's hole is no solution, each answer that looks right fails for its own reason, its solution passes."""

from functools import cache

import pytest

from eventdemo.learn import exercise
from eventdemo.learn.contents import EXERCISES
from eventdemo.learn.exercise import NOT_YET

ALL = [exercise(name) for name in EXERCISES]
WRONG = [pytest.param(each, wrong, id=f"{each.name}-{n}") for each in ALL for n, wrong in enumerate(each.wrong, 1)]


def filled_in(task, code):
    """Run a cell and return what it gives to the judge."""
    names = {}
    exec(code, names)
    return names[task.answer]


@cache
def verdict_of(name, code):
    """Judge a cell, once."""
    task = exercise(name)
    return task.check(filled_in(task, code))


@pytest.mark.parametrize("task", ALL, ids=[each.name for each in ALL])
def test_a_hole_is_told_that_it_is_one(task):
    verdict = verdict_of(task.name, task.hole)

    assert not verdict.passed
    assert verdict.words == NOT_YET


@pytest.mark.parametrize("task", ALL, ids=[each.name for each in ALL])
def test_a_solution_passes(task):
    verdict = verdict_of(task.name, task.solved)

    assert verdict.passed, verdict


@pytest.mark.parametrize(("task", "wrong"), WRONG)
def test_a_wrong_answer_fails_for_its_own_reason(task, wrong):
    verdict = verdict_of(task.name, wrong.code)

    assert not verdict.passed
    assert wrong.feedback in verdict.words


@pytest.mark.parametrize(("task", "wrong"), WRONG)
def test_no_other_wrong_answer_is_told_the_same(task, wrong):
    said = [verdict_of(task.name, each.code).words for each in task.wrong if each is not wrong]

    assert verdict_of(task.name, wrong.code).words not in said


@pytest.mark.parametrize("task", ALL, ids=[each.name for each in ALL])
def test_an_exercise_has_two_wrong_answers_a_hint_that_does_not_give_it_away_and_a_picture_of_a_failure(task):
    verdicts = [verdict_of(task.name, wrong.code) for wrong in task.wrong]

    assert len(task.wrong) >= 2
    assert task.solved.strip() not in task.hint(1) + task.hint(2)
    assert any(verdict.shows for verdict in verdicts), "no wrong answer is answered with a timeline"


def test_what_an_answer_raises_is_part_of_the_verdict():
    def count_unheard(trace):
        return trace.no_such_thing

    verdict = exercise("count-the-unheard").check(count_unheard)

    assert not verdict.passed
    assert "AttributeError" in verdict.words


def test_a_verdict_printed_has_its_timeline_below_the_words():
    verdict = exercise("largest-bound").check(16)

    assert str(verdict).startswith("✗ With 16 places")
    assert "CheckNotifications.poll" in str(verdict)


def test_an_exercise_that_does_not_exist_is_told_with_the_nearest_name():
    with pytest.raises(LookupError, match="did you mean 'shut-down'"):
        exercise("shutdown")
