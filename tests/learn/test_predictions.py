"""Typed predictions, and their scores."""

import pytest

from eventdemo.learn import predict
from eventdemo.learn.contents import NOTEBOOKS, questions_of
from eventdemo.learn.forms import CountOf, OneOf, OrderOf, PredictionError, SomeOf
from eventdemo.simulate import simulate

QUESTIONS = [each for notebook in NOTEBOOKS for each in questions_of(notebook)]
THREE = ("emit", "listener", "returned")


@pytest.fixture(scope="module")
def logout():
    return simulate("logout", users=3)


@pytest.mark.parametrize(
    ("form", "typed", "answer"),
    [
        (OneOf(THREE), "B", "b"),
        (SomeOf(THREE), "c, a", "ac"),
        (OrderOf(THREE), "c a b", "cab"),
        (CountOf("deliveries"), " 1,500 ", "1500"),
        (CountOf("deliveries"), 43, "43"),
    ],
)
def test_an_answer_may_be_typed_loosely(form, typed, answer):
    assert form.read(typed) == answer


@pytest.mark.parametrize(
    ("form", "typed", "expected"),
    [
        (OneOf(THREE), "ab", "one letter of abc"),
        (OneOf(THREE), "d", "one letter of abc"),
        (SomeOf(THREE), "", "letters of abc"),
        (OrderOf(THREE), "ab", "all 3 letters of abc"),
        (OrderOf(THREE), "aab", "each once"),
        (CountOf("deliveries"), "many", "a number of deliveries"),
        (CountOf("deliveries"), -1, "a number of deliveries"),
    ],
)
def test_an_invalid_answer_is_rejected_with_an_example(form, typed, expected):
    with pytest.raises(PredictionError, match=expected):
        form.read(typed)


def test_an_order_is_read_from_the_printed_lines():
    assert OrderOf(THREE).of(["returned", "other", "emit", "listener", "emit"]) == "cab"


def test_a_right_prediction_with_the_right_reason(logout):
    reply = predict("emit-returns", "c", because=2).score(logout)

    assert reply.startswith("✓ You predicted c, immediately")
    assert "And for the right reason: emit created a task" in reply


def test_a_right_prediction_with_a_wrong_reason_gets_a_reply_to_the_reason(logout):
    reply = predict("emit-returns", "c", because=3).score(logout)

    assert reply.startswith("✓")
    assert "Not because “the services here are fakes" in reply
    assert "Rather: emit created a task" in reply.replace("\n", " ")


def test_a_wrong_prediction_gets_the_answer_and_the_explanation(logout):
    reply = predict("emit-returns", "a").score(logout)

    assert reply.startswith("✗ You predicted a, when both listeners have finished. What happened: c, immediately")
    assert "Why: emit created a task" in reply


def test_without_a_prediction_only_the_answer_is_shown(logout):
    assert predict("emit-returns").score(logout).startswith("What happened: c, immediately")


def test_a_changed_run_gets_its_answer_without_an_explanation(logout):
    reply = predict("emit-returns", "c").score(simulate("logout", strategy="sync", users=3))

    assert "What happened: a, when both listeners have finished" in reply.replace("\n", " ")
    assert "You changed the run" in reply


def test_an_unknown_reason_is_rejected():
    with pytest.raises(PredictionError, match="must be the number of a reason, 1 to 3, not 4"):
        predict("emit-returns", "c", because=4)


def test_an_unknown_question_gets_the_nearest_name():
    with pytest.raises(LookupError, match="did you mean 'emit-returns'"):
        predict("emit-return")


@pytest.mark.parametrize("question", QUESTIONS, ids=[each.name for each in QUESTIONS])
def test_a_question_has_one_right_reason_and_replies_to_likely_answers(question):
    assert 1 <= question.because <= len(question.reasons)
    assert len(question.reasons) >= 3
    assert question.expected == question.form.read(question.expected)
    assert question.expected not in question.replies
    assert all(question.form.read(answer) == answer for answer in question.replies)
    if isinstance(question.form, OneOf):
        assert len(question.replies) == len(question.form.choices) - 1


def test_names_of_questions_are_unique():
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)


def test_a_question_as_text_shows_how_to_answer_it():
    shown = str(predict("which-fail"))

    assert "  e  detached" in shown
    assert 'predict("which-fail", "ab", because=1)' in shown
