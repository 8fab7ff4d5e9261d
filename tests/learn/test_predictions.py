"""What is typed as a prediction, and what is said to it when the answer is known."""

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
    ("form", "typed", "told"),
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
def test_what_is_no_answer_is_told_what_one_looks_like(form, typed, told):
    with pytest.raises(PredictionError, match=told):
        form.read(typed)


def test_an_order_is_read_off_the_lines_that_were_printed():
    assert OrderOf(THREE).of(["returned", "other", "emit", "listener", "emit"]) == "cab"


def test_right_and_for_the_right_reason(logout):
    said = predict("emit-returns", "c", because=2).score(logout)

    assert said.startswith("✓ You predicted c, at once")
    assert "And for the right reason: emit made a task" in said


def test_right_for_a_wrong_reason_is_told_what_is_wrong_with_it(logout):
    said = predict("emit-returns", "c", because=3).score(logout)

    assert said.startswith("✓")
    assert "Not because “the services here are fakes" in said
    assert "Rather: emit made a task" in said.replace("\n", " ")


def test_a_wrong_prediction_is_told_what_happened_and_why(logout):
    said = predict("emit-returns", "a").score(logout)

    assert said.startswith("✗ You predicted a, when both listeners have finished. What happened: c, at once")
    assert "Why: emit made a task" in said


def test_without_a_prediction_it_is_only_told_what_happened(logout):
    assert predict("emit-returns").score(logout).startswith("What happened: c, at once")


def test_who_changed_the_run_is_told_its_answer_and_left_the_why(logout):
    said = predict("emit-returns", "c").score(simulate("logout", strategy="sync", users=3))

    assert "What happened: a, when both listeners have finished" in said.replace("\n", " ")
    assert "You changed the run" in said


def test_a_reason_that_there_is_not_is_refused():
    with pytest.raises(PredictionError, match="the number of a reason, 1 to 3, not 4"):
        predict("emit-returns", "c", because=4)


def test_a_question_that_there_is_not_is_told_with_the_nearest():
    with pytest.raises(LookupError, match="did you mean 'emit-returns'"):
        predict("emit-return")


@pytest.mark.parametrize("question", QUESTIONS, ids=[each.name for each in QUESTIONS])
def test_a_question_has_one_reason_that_holds_and_something_to_say_to_each_likely_answer(question):
    assert sum(reason.holds for reason in question.reasons) == 1
    assert len(question.reasons) >= 3
    assert question.expected == question.form.read(question.expected)
    assert question.expected not in question.replies
    assert all(question.form.read(answer) == answer for answer in question.replies)
    if isinstance(question.form, OneOf):
        assert len(question.replies) == len(question.form.choices) - 1


def test_names_of_questions_are_unique():
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)


def test_a_question_as_text_says_how_to_answer_it():
    shown = str(predict("who-is-refused"))

    assert "  e  detached" in shown
    assert 'predict("who-is-refused", "ab", because=1)' in shown
