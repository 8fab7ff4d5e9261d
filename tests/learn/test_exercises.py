"""An exercise's gap is not a solution, each wrong answer fails for its own reason, and the solution passes."""

from functools import cache

import pytest

from eventdemo.learn import exercise
from eventdemo.learn.contents import EXERCISES
from eventdemo.learn.exercise import NOT_YET

ALL = [exercise(name) for name in EXERCISES]
WRONG = [pytest.param(each, wrong, id=f"{each.name}-{n}") for each in ALL for n, wrong in enumerate(each.wrong, 1)]


def filled_in(task, code):
    """Run a cell and return the object to judge."""
    names = {}
    exec(code, names)
    return names[task.answer]


@cache
def feedback_on(name, code):
    """Judge a cell, once."""
    task = exercise(name)
    return task.check(filled_in(task, code))


@pytest.mark.parametrize("task", ALL, ids=[each.name for each in ALL])
def test_an_empty_gap_is_reported(task):
    feedback = feedback_on(task.name, task.hole)

    assert not feedback.passed
    assert feedback.words == NOT_YET


@pytest.mark.parametrize("task", ALL, ids=[each.name for each in ALL])
def test_a_solution_passes(task):
    feedback = feedback_on(task.name, task.solved)

    assert feedback.passed, feedback


@pytest.mark.parametrize(("task", "wrong"), WRONG)
def test_a_wrong_answer_fails_for_its_own_reason(task, wrong):
    feedback = feedback_on(task.name, wrong)

    assert not feedback.passed
    assert task.wrong[wrong] in feedback.words


@pytest.mark.parametrize(("task", "wrong"), WRONG)
def test_no_other_wrong_answer_gets_the_same_feedback(task, wrong):
    others = [feedback_on(task.name, each).words for each in task.wrong if each != wrong]

    assert feedback_on(task.name, wrong).words not in others


@pytest.mark.parametrize("task", ALL, ids=[each.name for each in ALL])
def test_an_exercise_has_two_wrong_answers_hints_without_the_solution_and_a_picture_of_a_failure(task):
    feedbacks = [feedback_on(task.name, wrong) for wrong in task.wrong]

    assert len(task.wrong) >= 2
    assert task.solved.strip() not in task.hint(1) + task.hint(2)
    assert any(feedback.shows for feedback in feedbacks), "no wrong answer gets a timeline"


def test_an_exception_of_an_answer_is_part_of_the_feedback():
    def count_unheard(trace):
        return trace.no_such_thing

    feedback = exercise("count-the-unheard").check(count_unheard)

    assert not feedback.passed
    assert "AttributeError" in feedback.words


def test_printed_feedback_has_its_timeline_below_the_words():
    feedback = exercise("largest-bound").check(16)

    assert str(feedback).startswith("✗ With a limit of 16")
    assert "CheckNotifications.poll" in str(feedback)


def test_an_unknown_exercise_gets_the_nearest_name():
    with pytest.raises(LookupError, match="did you mean 'shut-down'"):
        exercise("shutdown")
