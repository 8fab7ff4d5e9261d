"""Clicks reach the prediction, here without a browser; `tests/notebooks/test_lab.py` clicks in one."""

from dataclasses import replace

import pytest

pytest.importorskip("ipywidgets", reason="ipywidgets is not installed: it comes with the extra `notebooks`")

import ipywidgets as ui

from eventdemo.learn import again, be_the_event_loop, exercise, picture, predict, score_card, sliders, widgets
from eventdemo.learn.forms import CountOf, OrderOf, SomeOf
from eventdemo.learn.prediction import Prediction
from eventdemo.simulate import simulate
from eventdemo.trace.widget import Timeline


def within(widget, kind):
    """Return the widgets of a kind inside another, in order."""
    inside = [found for child in getattr(widget, "children", ()) for found in within(child, kind)]
    return ([widget] if isinstance(widget, kind) else []) + inside


def test_clicking_answers_and_gives_a_reason():
    guess = predict("emit-returns")
    asked = widgets.widget_of(guess)
    [what], [lock] = within(asked, ui.RadioButtons), within(asked, ui.Button)

    what.value = "3"
    lock.click()
    _, why = within(asked, ui.RadioButtons)
    why.value = "2"

    assert guess.answer == "c"
    assert guess.because == guess.question.because


def test_a_second_question_is_scored_when_it_is_locked():
    asked = widgets.widget_of(again("who-waits"))
    [what], [lock] = within(asked, ui.RadioButtons), within(asked, ui.Button)

    what.value = "2"
    lock.click()

    assert "✓ You predicted b" in within(asked, ui.HTML)[-1].value


def test_the_score_card_asks_what_was_predicted_wrong(monkeypatch, tmp_path):
    monkeypatch.setenv("EVENTDEMO_PROGRESS", str(tmp_path / "progress.json"))
    predict("emit-returns", "a").score(simulate("logout", users=2))

    score, question, *_ = within(widgets.widget_of(score_card("start_here")), ui.HTML)

    assert "Right at the first try: 0 of 4" in score.value
    assert "but now with the strategy sync" in question.value


def test_the_run_of_a_second_question_is_made_once(monkeypatch):
    runs, asked = [], again("emit-returns")
    counted = replace(asked.question, evidence=lambda: runs.append(1) or [simulate("logout", strategy="sync", users=2)])
    shown = widgets.widget_of(Prediction(counted))
    [what], [lock] = (within(shown, kind) for kind in (ui.RadioButtons, ui.Button))

    what.value = "1"
    lock.click()

    assert runs == [1]


@pytest.mark.parametrize(("answer", "right"), [("1", 1), ("3", 0)])
def test_the_score_counts_a_second_question_as_soon_as_it_is_answered(monkeypatch, tmp_path, answer, right):
    monkeypatch.setenv("EVENTDEMO_PROGRESS", str(tmp_path / "progress.json"))
    predict("emit-returns", "a").score(simulate("logout", users=2))
    card = widgets.widget_of(score_card("start_here"))
    [score, *_], [what], [lock] = (within(card, kind) for kind in (ui.HTML, ui.RadioButtons, ui.Button))
    assert "second try" not in score.value

    what.value = answer
    lock.click()

    assert f"Right at the second try, with another run: {right} of 1." in score.value


def test_a_pick_can_be_changed_until_it_is_locked():
    asked = widgets.widget_of(predict("emit-returns"))
    [what], [lock] = within(asked, ui.RadioButtons), within(asked, ui.Button)
    noted = within(asked, ui.HTML)[-1]

    what.value = "3"
    what.value = "1"
    lock.click()

    assert "Locked: a, when both listeners have finished. And why?" in noted.value
    assert what.layout.display == lock.layout.display == "none"


def test_locking_without_a_pick_says_what_to_do():
    asked = widgets.widget_of(predict("emit-returns"))

    within(asked, ui.Button)[0].click()

    assert "Predict one letter of abc" in within(asked, ui.HTML)[-1].value
    assert len(within(asked, ui.RadioButtons)) == 1


def test_a_prediction_of_an_earlier_day_is_locked():
    asked = widgets.widget_of(predict("emit-returns", "a"))

    assert within(asked, ui.RadioButtons)[0].layout.display == "none"
    assert "Locked: a" in within(asked, ui.HTML)[-1].value


def test_a_reason_of_an_earlier_day_is_still_picked():
    asked = widgets.widget_of(predict("emit-returns", "a", because=2))

    assert [box.value for box in within(asked, ui.RadioButtons)] == [None, "2"]


def test_the_choices_of_a_question_wrap():
    asked = widgets.widget_of(predict("emit-returns"))

    assert widgets.CHOICES in asked._dom_classes
    assert f".{widgets.CHOICES} :is(label, button) {{ white-space: normal;" in within(asked, ui.HTML)[0].value


def test_boxes_can_be_ticked_in_any_order():
    taken = []
    boxes = within(widgets._picker(SomeOf(("sync", "awaited", "detached")), taken.append), ui.Checkbox)

    boxes[2].value = True
    boxes[0].value = True

    assert taken == ["c", "ac"]


def test_an_order_is_clicked_and_can_be_restarted():
    taken = []
    first, second, over = within(widgets._picker(OrderOf(("emit", "listener")), taken.append), ui.Button)

    second.click()
    over.click()
    second.click()
    first.click()

    assert taken == ["ba"]
    assert second.description == "1.  listener"


def test_a_number_is_typed():
    taken = []
    [box] = within(widgets._picker(CountOf("deliveries"), taken.append), ui.Text)

    box.value = "12"

    assert taken == ["12"]


def test_hints_and_the_solution_are_behind_buttons_and_stay():
    helped = widgets.widget_of(exercise("shut-down"))
    _, *hidden = within(helped, ui.HTML)

    def shown():
        return [each.layout.display != "none" for each in hidden]

    assert shown() == [False, False, False]
    for button in within(helped, ui.Button)[::2]:
        button.click()
    assert shown() == [True, False, True]
    assert "await bus.drain()" in hidden[-1].value


def test_replies_are_widgets_too():
    reply = predict("emit-returns", "a").score(simulate("logout", users=2))

    assert "✗ You predicted a" in widgets.widget_of(reply).value


def test_a_moved_slider_repeats_the_run_and_redraws_it():
    desk = sliders("fan-out", users=2, limit=2)
    shown = widgets.widget_of(desk)
    users, limit = within(shown, ui.IntSlider)

    users.value = 3
    limit.value = 1

    picture = next(child for child in shown.children if isinstance(child, Timeline))
    assert "previous position" in str(picture.picture["drawings"])
    assert desk.turned == {"users": 3, "limit": 1}
    assert "9  deliveries" in within(shown, ui.HTML)[-1].value


def test_without_a_kernel_there_are_no_widgets():
    trace = simulate("logout", users=2)

    for thing in (predict("emit-returns"), exercise("shut-down"), picture(trace), sliders("logout", users=2)):
        assert set(thing._repr_mimebundle_()) <= {"text/plain", "image/svg+xml"}


def test_a_widget_is_shown_by_its_message_only():
    message = widgets.view_of(ui.HTML("x"))

    assert list(message) == [widgets.WIDGET]
    assert list(widgets.view_of(widgets.timeline([simulate("logout", users=2)]))) == [widgets.WIDGET]


def test_a_wait_ends_by_a_click_and_a_run_that_is_over_is_drawn():
    shown = widgets.widget_of(be_the_event_loop("logout-race"))
    _, end_log_out = within(shown, ui.Button)

    end_log_out.click()

    assert "You made the claim fail" in within(shown, ui.HTML)[0].value
    assert [button.description for button in within(shown, ui.Button)] == ["undo"]
    assert within(shown, widgets.Timeline)
