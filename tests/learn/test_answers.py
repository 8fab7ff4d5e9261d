"""Many answers to each exercise: wrong ones, each rejected for its own reason, and different right ones, accepted.

They are data in `answers/`: a cell is the `head` of its exercise and one `body`.
"""

from textwrap import indent

import pytest

from eventdemo.learn import exercise
from eventdemo.learn.contents import NOTEBOOKS, exercises_of
from tests.learn.given import ANSWERS, LIKELY, filled_in

QUICK = 0.2
"""Seconds after which an answer that never comes back is stopped."""


def cell(head, body):
    return head + (indent(body, "    ") if head.endswith("\n") else body) + "\n"


@pytest.mark.parametrize("name", ANSWERS)
def test_each_wrong_answer_is_rejected_for_its_reason_and_each_right_one_accepted(name):
    task, head = exercise(name), ANSWERS[name]["head"]
    for answer in ANSWERS[name]["answers"]:
        code = cell(head, answer["body"])
        feedback = task.check(filled_in(task, code), limit=QUICK if "come back" in answer.get("feedback", "") else 600)

        assert feedback.passed == ("feedback" not in answer), f"{code}\n{feedback}"
        assert answer.get("feedback", "") in feedback.words, f"{code}\n{feedback}"


def test_every_exercise_has_answers():
    assert set(ANSWERS) == {name for notebook in NOTEBOOKS for name in exercises_of(notebook)}


def test_there_are_twelve_wrong_answers_and_three_right_ones():
    for name, given in ANSWERS.items():
        wrong = [each for each in given["answers"] if "feedback" in each]

        assert len(wrong) + len(LIKELY[name]) >= 12, name
        assert len(given["answers"]) - len(wrong) >= 2, f"{name}: the solution is the third one"
