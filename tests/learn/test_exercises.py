"""An exercise's gap is not a solution, each wrong answer fails for its own reason, and the solution passes."""

import asyncio
import gc
import re
import sys
from functools import cache

import pytest

from eventdemo.learn import exercise
from eventdemo.learn.contents import NOTEBOOKS, exercises_of
from eventdemo.learn.exercise import NOT_YET
from tests.house.repo import assert_none
from tests.learn.given import LIKELY, filled_in

WITHOUT_A_RUN = (
    "name-the-fate",
    "refuse-the-typo",
    "created-or-updated",
    *exercises_of("emit_is_a_call"),
    "nothing-dropped",
    "intent-first",
    "missing-lines",
    *exercises_of("scheduler_fan_out"),
    *exercises_of("typed_events"),
    *exercises_of("durable_queue"),
    *exercises_of("appendix_nest"),
    "a-property",
    "the-model",
)
ALL = [exercise(name) for notebook in NOTEBOOKS for name in exercises_of(notebook)]
WRONG = [(task, wrong) for task in ALL for wrong in LIKELY[task.name]]


@cache
def feedback_on(name, code):
    """Judge a cell, once."""
    task = exercise(name)
    return task.check(filled_in(task, code), limit=600)  # a busy machine is not a wrong answer


def test_an_empty_gap_is_reported():
    feedbacks = {task.name: feedback_on(task.name, task.hole) for task in ALL}

    assert_none(name for name, feedback in feedbacks.items() if feedback.passed or feedback.words != NOT_YET)


def test_a_solution_passes():
    feedbacks = {task.name: feedback_on(task.name, task.solved) for task in ALL}

    assert_none(f"{name}: {feedback}" for name, feedback in feedbacks.items() if not feedback.passed)


def test_a_wrong_answer_fails_for_its_own_reason():
    judged = ((task, feedback_on(task.name, wrong), LIKELY[task.name][wrong]) for task, wrong in WRONG)

    assert_none(
        f"{task.name}: {feedback}"
        for task, feedback, reason in judged
        if feedback.passed or reason not in feedback.words
    )


def test_no_other_mistake_gets_the_same_feedback():
    for task, wrong in WRONG:
        likely = LIKELY[task.name]
        others = [feedback_on(task.name, each).words for each in likely if likely[each] != likely[wrong]]

        assert feedback_on(task.name, wrong).words not in others


def test_an_exercise_has_two_wrong_answers_and_hints_without_the_solution():
    assert_none(f"{task.name} has one wrong answer" for task in ALL if len(LIKELY[task.name]) < 2)
    assert_none(f"{task.name} gives it away" for task in ALL if task.solved.strip() in task.hint(1) + task.hint(2))


def test_a_wrong_answer_gets_the_picture_of_a_failure():
    drawn = {task.name for task, wrong in WRONG if feedback_on(task.name, wrong).shows}

    assert_none(task.name for task in ALL if task.name not in WITHOUT_A_RUN and task.name not in drawn)


def test_a_solution_is_not_praised_with_the_picture_of_a_failure():
    assert_none(task.name for task in ALL if feedback_on(task.name, task.solved).shows)


def test_no_wrong_answer_reveals_the_right_fate():
    task = exercise("name-the-fate")

    for wrong in LIKELY[task.name]:
        words = feedback_on(task.name, wrong).words
        assert not any(
            fate in words.split("which means")[0].split("did you mean")[0] for fate in ("no-listener", "done")
        )


def test_an_exception_of_an_answer_is_part_of_the_feedback():
    def count_unheard(trace):
        return trace.no_such_thing

    feedback = exercise("count-the-unheard").check(count_unheard)

    assert not feedback.passed
    assert "AttributeError: 'Trace' object has no attribute 'no_such_thing'." in feedback.words


def test_an_error_has_its_line_and_pythons_suggestion():
    cell = "async def shut_down(bus):\n    x = 1\n    await bus.drian()\n"

    words = exercise("shut-down").check(filled_in(exercise("shut-down"), cell)).words

    assert "Line 3: AttributeError: 'EventBus' object has no attribute 'drian'. Did you mean 'drain'?" in words


def test_an_error_inside_a_group_has_the_line_of_the_answer():
    cell = "async def dispatch(listeners, event):\n    for each in listeners:\n        await each(event)\n"

    words = exercise("nothing-dropped").check(filled_in(exercise("nothing-dropped"), cell)).words

    assert "Line 3: TypeError: object NoneType can't be used in 'await' expression." in words
    assert "call_your_dispatch" not in words


def test_an_error_that_an_answer_must_catch_is_named():
    cell = "async def fetch_all(oracle, user_ids):\n    return {each: await oracle.tasks(each) for each in user_ids}\n"

    words = exercise("within-the-rate").check(filled_in(exercise("within-the-rate"), cell)).words

    assert "RateLimitedError: 429 Too Many Requests." in words


def test_a_misspelt_name_is_compared_with_pythons_own_names_too():
    cell = "def count_unheard(trace):\n    return lne(trace.spans)\n"

    words = exercise("count-the-unheard").check(filled_in(exercise("count-the-unheard"), cell)).words

    assert "Line 2: NameError: name 'lne' is not defined. Did you mean 'len'?" in words


@pytest.mark.parametrize(
    ("name", "cell", "line"),
    [
        ("shut-down", "async def shut_down(bus):\n    while True:\n        pass\n", "at line [23]"),
        ("refuse-the-typo", "def make_bus():\n    while True:\n        x = 1\n", "at line [23]"),
    ],
)
@pytest.mark.parametrize("platform", [sys.platform, "emscripten"])
def test_code_that_never_comes_back_is_stopped_with_its_line(name, cell, line, platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)

    feedback = exercise(name).check(filled_in(exercise(name), cell), limit=0.2)

    assert not feedback.passed
    assert re.search(rf"Your code did not come back within 0.2 seconds, {line}\.", feedback.words)


def test_a_coroutine_dropped_in_a_cycle_is_reported_with_the_answer_that_dropped_it():
    async def shut_down(bus):
        cycle = [bus.drain()]
        cycle.append(cycle)
        await bus.drain()

    gc.disable()
    try:
        first = exercise("shut-down").check(shut_down)
        cycle = [asyncio.sleep(0)]
        cycle.append(cycle)
        del cycle
        second = exercise("shut-down").check(filled_in(exercise("shut-down"), exercise("shut-down").solved))
    finally:
        gc.enable()

    assert "Python warned: coroutine 'EventBus.drain' was never awaited." in first.words
    assert "Python warned" not in second.words


def test_printed_feedback_has_its_timeline_below_the_words():
    feedback = exercise("largest-bound").check(16)

    assert str(feedback).startswith("✗ With a limit of 16")
    assert "CheckNotifications.poll" in str(feedback)


def test_an_unknown_exercise_gets_the_nearest_name():
    with pytest.raises(LookupError, match="did you mean 'shut-down'"):
        exercise("shutdown")
