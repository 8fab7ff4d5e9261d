"""Typed predictions, and their scores."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.learn import again, predict, score_card
from eventdemo.learn.contents import NOTEBOOKS, question, questions_of
from eventdemo.learn.forms import CountOf, OneOf, OrderOf, PredictionError, SomeOf
from eventdemo.simulate import DEFAULTS, simulate

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
    given = "Your reason was “the services here are fakes, so the listeners have nothing to wait for”. The fakes have"
    assert given in reply.replace("\n", " ")
    assert "Why: emit created a task" in reply.replace("\n", " ")


def test_a_wrong_prediction_gets_the_answer_and_the_explanation(logout):
    reply = predict("emit-returns", "a").score(logout)

    assert reply.startswith("✗ You predicted a, when both listeners have finished. What happened: c, immediately")
    assert "Why: emit created a task" in reply


def test_without_a_prediction_the_score_asks_for_one_and_shows_no_answer(logout):
    asked = predict("emit-returns")

    assert asked.score(logout) == 'Predict first: pick an answer above, or type predict("emit-returns", …).'
    assert not hasattr(asked.score(logout), "_repr_html_")


def test_the_result_of_another_cell_is_a_sentence_and_no_score(logout):
    with pytest.raises(PredictionError, match='doesn\'t answer the question "bus-killed", which you opened last'):
        predict("bus-killed", "2").score(logout)


def test_a_page_shows_the_answer_folded(logout, monkeypatch):
    monkeypatch.setenv("EVENTDEMO_ANSWERS", "1")
    shown = predict("emit-returns").score(logout)

    assert shown.startswith("What happened: c, immediately")
    assert shown._repr_html_().startswith("<details><summary>What happened?</summary><pre>What happened: c, ")


def test_a_locked_answer_cannot_be_changed(logout):
    guess = predict("emit-returns", "a")

    with pytest.raises(PredictionError, match="already locked: a, when both listeners have finished"):
        guess.predict("c")
    assert guess.score(logout).startswith("✗ You predicted a")


def test_reasons_are_shown_only_when_an_answer_is_locked():
    asked = predict("emit-returns")
    reason = "emit only starts the listeners"

    assert reason not in repr(asked)
    with pytest.raises(PredictionError, match="Predict first"):
        asked.give_reason(2)
    asked.predict("a")
    assert reason in repr(asked)


def test_a_reason_cannot_be_changed_after_the_score(logout):
    guess = predict("emit-returns", "c", because=1)
    guess.score(logout)

    guess.give_reason(2)

    assert guess.because == 1


@pytest.fixture
def kept(monkeypatch, tmp_path):
    monkeypatch.setenv("EVENTDEMO_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def test_the_next_kernel_still_knows_what_was_predicted(kept, logout):
    predict("emit-returns", "a", because=2).score(logout)

    tomorrow = predict("emit-returns")

    assert (tomorrow.answer, tomorrow.because, tomorrow.scored) == ("a", 2, True)


def test_a_wrong_prediction_comes_back_with_another_run(kept, logout):
    predict("emit-returns", "c").score(logout)
    predict("who-waits", "a").score(simulate("logout", strategy="sync", users=3), logout)

    card = score_card("start_here")

    assert repr(card).splitlines() == [
        "Right at the first try: 1 of 4.",
        'Not predicted yet: predict("which-fail"), predict("two-slots").',
        'These again: again("who-waits").',
    ]
    assert "✓ You predicted b, no user" in repr(again("who-waits", "b"))
    assert "Right at the second try, with another run: 1 of 1." in repr(card)
    assert "These again" not in repr(card)


def test_the_second_question_is_another_one_and_its_answer_is_computed():
    for each in QUESTIONS:
        sibling = each.sibling

        assert sibling.asks != each.asks
        assert sibling.why
        assert sibling.answer(*sibling.evidence()) == sibling.expected == sibling.form.read(sibling.expected)


def test_a_changed_run_is_not_counted(kept):
    predict("emit-returns", "a").score(simulate("logout", strategy="sync", users=3))

    assert repr(score_card("start_here")).startswith("Right at the first try: 0 of 4.")


def test_a_broken_progress_file_asks_again(kept):
    kept.write_text("{not json")

    assert predict("emit-returns").answer is None
    predict("emit-returns", "a")
    assert predict("emit-returns").answer == "a"


def test_without_a_file_nothing_is_kept():
    predict("emit-returns", "a")

    assert predict("emit-returns").answer is None
    assert repr(score_card("start_here")) == "Your score appears here when you open this notebook with `make lab`."


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


def test_a_question_has_one_right_reason_and_replies_to_likely_answers():
    for each in QUESTIONS:
        assert 1 <= each.because <= len(each.reasons)
        assert len(each.reasons) >= 3
        assert each.expected == each.form.read(each.expected)
        assert each.expected not in each.replies
        assert all(each.form.read(answer) == answer for answer in each.replies)
        if isinstance(each.form, OneOf):
            assert len(each.replies) == len(each.form.choices) - 1


def test_names_of_questions_are_unique():
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)


def test_a_question_as_text_shows_how_to_answer_it():
    shown = str(predict("which-fail"))

    assert "  e  detached" in shown
    assert 'predict("which-fail", "ab")' in shown


def test_choices_that_are_names_of_the_code_are_complete():
    assert question("which-fail").form.choices == list(DEFAULTS)
    assert question("errors-seen").form.choices == [fate for fate in Fate if fate.verdict == "lost"]
