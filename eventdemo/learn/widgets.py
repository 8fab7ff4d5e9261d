"""Questions, exercises, pictures and sliders as widgets. Only `with_widget` imports this, if widgets work."""

import html
from collections.abc import Callable, Sequence
from functools import partial, singledispatch
from string import ascii_lowercase
from typing import Any

import ipywidgets as ui

from eventdemo.learn.event_loop import EventLoopGame
from eventdemo.learn.exercise import Exercise
from eventdemo.learn.forms import CountOf, OrderOf, PredictionError, SomeOf
from eventdemo.learn.pictures import Picture
from eventdemo.learn.prediction import Prediction
from eventdemo.learn.prose import ledger
from eventdemo.learn.scores import ScoreCard
from eventdemo.learn.sliders import Knob, Sliders, knob
from eventdemo.trace.excerpt import Cut, Excerpt, as_excerpt
from eventdemo.trace.record import Trace
from eventdemo.trace.widget import Timeline

WIDGET = "application/vnd.jupyter.widget-view+json"
Take = Callable[[str], None]
"""Takes an answer in its typed form."""


def view_of(widget: Any) -> dict[str, Any]:
    """Return the MIME bundle of a widget without its text."""
    shown = widget._repr_mimebundle_()
    data = shown[0] if isinstance(shown, tuple) else shown  # the protocol allows it with metadata or without
    return {WIDGET: data[WIDGET]}


@singledispatch
def widget_of(thing: object) -> Any:
    """Return the widget of a prediction, a score card, an exercise, a picture or sliders."""
    raise TypeError(f"{thing!r} has no widget.")


@widget_of.register
def _(picture: Picture) -> Timeline:
    return timeline(picture.shown, picture.cut)


def timeline(runs: Sequence[Trace | Excerpt], cut: Cut = as_excerpt) -> Timeline:
    """Return the interactive picture of several runs: their first emits, for all subjects."""
    return Timeline(*runs, subject="", cut=cut)


@widget_of.register
def _(prediction: Prediction) -> Any:
    """Return a question with clickable answers. The reasons appear when an answer is locked."""
    question = prediction.question
    picked = [""]
    pick, noted, why = _picker(question.form, picked.append), ui.HTML(), ui.VBox()

    def give_reason(number: str) -> None:
        _try(noted, prediction, partial(prediction.give_reason, number))

    def ask_why() -> None:
        pick.layout.display = lock.layout.display = "none"
        _show(noted, prediction.noted())
        why.children = [_one_of(list(question.reasons), give_reason)] if question.reasons else []

    def lock_it_in() -> None:
        _try(noted, prediction, partial(prediction.predict, picked[-1]))
        if prediction.answer is not None:
            ask_why()

    lock = _button("Lock it in", lock_it_in)
    if prediction.answer is not None:
        ask_why()
    return ui.VBox([_text(f"<b>Predict.</b> {html.escape(question.asks)}"), pick, lock, noted, why])


@widget_of.register
def _(card: ScoreCard) -> Any:
    """Return the score above the questions that come back."""
    score = ui.HTML()
    _show(score, repr(card))
    return ui.VBox([score, *map(widget_of, card.to_ask())])


@widget_of.register
def _(game: EventLoopGame) -> Any:
    """Return a button for each pending wait, below the steps so far, and the picture of a run that is over."""
    steps, waits, drawn = ui.HTML(), ui.HBox(layout=ui.Layout(flex_flow="row wrap")), ui.VBox()

    def show() -> None:
        _show(steps, game.words())
        ends = [_button(f"end the wait of {name}", partial(do, game.end, name)) for name in game.waiting]
        waits.children = [*ends, *([_button("undo", partial(do, game.undo))] if game.choices else [])]
        drawn.children = [timeline(game.picture().shown)] if game.run else []

    def do(act: Callable[..., object], *name: str) -> None:
        act(*name)
        show()

    show()
    return ui.VBox([steps, waits, drawn])


@widget_of.register
def _(exercise: Exercise) -> Any:
    """Return a task with buttons for its hints and solution."""
    shown = ui.HTML()
    helps: dict[str, Callable[[], str]] = {
        "hint 1": partial(exercise.hint, 1),
        "hint 2": partial(exercise.hint, 2),
        "solution": exercise.solution,
    }

    def show(text: Callable[[], str]) -> None:
        _show(shown, text())

    buttons = [_button(label, partial(show, text)) for label, text in helps.items()]
    return ui.VBox([_text(f"<b>Exercise.</b> {html.escape(exercise.task)}"), ui.HBox(buttons), shown])


@widget_of.register
def _(sliders: Sliders) -> Any:
    """Return a control for each setting, above the picture and the ledger of the run."""
    controls = {name: _control(knob(name, sliders.scenario), value) for name, value in sliders.turned.items()}
    picture, table = timeline([trace := sliders.run()], sliders.cut), ui.HTML(ledger_html(trace))

    def turned(name: str, change: Any) -> None:
        trace = sliders.turn(**{name: change["new"]})
        picture.show(trace)
        table.value = ledger_html(trace)

    for name, control in controls.items():
        control.observe(partial(turned, name), "value")
    return ui.VBox([*controls.values(), picture, table])


def ledger_html(trace: Trace) -> str:
    return f"<pre style='line-height:1.4'>{html.escape(ledger(trace))}</pre>"


def _control(knob: Knob, value: Any) -> Any:
    style = {"description_width": "initial"}
    if knob.words:
        return ui.ToggleButtons(options=list(knob.words), value=value, description=knob.means, style=style)
    kind = ui.IntSlider if knob.step == 1 else ui.FloatSlider
    bounds = {"min": knob.low, "max": knob.high, "step": knob.step}
    return kind(value=value, **bounds, description=knob.means, style=style, layout=ui.Layout(width="32em"))


def _try(shown: Any, prediction: Prediction, act: Callable[[], None]) -> None:
    """Take an answer or a reason, and show the prediction so far, or what is wrong with it."""
    try:
        act()
    except PredictionError as error:
        _show(shown, str(error))
    else:
        _show(shown, prediction.noted())


def _picker(form: Any, take: Take) -> Any:
    if isinstance(form, CountOf):
        return _number(form, take)
    if isinstance(form, OrderOf):
        return _order(form.choices, take)
    if isinstance(form, SomeOf):
        return _some_of(form.choices, take)
    return _one_of(_lettered(form.choices), lambda number: take(ascii_lowercase[int(number) - 1]))


def _lettered(choices: Sequence[str]) -> list[str]:
    return [f"{key}  {text}" for key, text in zip(ascii_lowercase, choices, strict=False)]


def _one_of(choices: Sequence[str], take: Take) -> Any:
    """Return radio buttons; the callback gets the number of the choice, from 1."""
    box = ui.RadioButtons(options=[(text, str(n)) for n, text in enumerate(choices, 1)], value=None, layout=_wide())
    box.observe(lambda change: take(change["new"]), "value")
    return box


def _some_of(choices: Sequence[str], take: Take) -> Any:
    boxes = [ui.Checkbox(description=text, indent=False, layout=_wide()) for text in _lettered(choices)]

    def changed(_: object) -> None:
        take("".join(key for key, box in zip(ascii_lowercase, boxes, strict=False) if box.value))

    for box in boxes:
        box.observe(changed, "value")
    return ui.VBox(boxes)


def _order(choices: Sequence[str], take: Take) -> Any:
    """Return buttons to click in the predicted order."""
    clicked: list[str] = []
    prompt = _text("Click them in the order that you expect.")

    def click(key: str, button: Any) -> None:
        clicked.append(key)
        button.description = f"{len(clicked)}.  {choices[ascii_lowercase.index(key)]}"
        button.disabled = True
        if len(clicked) == len(choices):
            take("".join(clicked))

    def restart() -> None:
        clicked.clear()
        for text, button in zip(choices, buttons, strict=True):
            button.description, button.disabled = text, False

    buttons = [ui.Button(description=text, layout=_wide()) for text in choices]
    for key, button in zip(ascii_lowercase, buttons, strict=False):
        button.on_click(partial(click, key))
    return ui.VBox([prompt, *buttons, _button("start over", restart)])


def _number(form: CountOf, take: Take) -> Any:
    box = ui.Text(placeholder="a number", continuous_update=False, layout=ui.Layout(width="10em"))
    box.observe(lambda change: take(change["new"]), "value")
    return ui.HBox([box, _text(html.escape(form.what))])


def _button(label: str, act: Callable[[], None]) -> Any:
    button = ui.Button(description=label, layout=ui.Layout(width="max-content"))
    button.on_click(lambda _: act())
    return button


def _text(markup: str) -> Any:
    return ui.HTML(f"<div style='line-height:1.5;max-width:60em'>{markup}</div>")


def _show(box: Any, text: str) -> None:
    box.value = f"<pre style='white-space:pre-wrap;line-height:1.4'>{html.escape(text)}</pre>"


def _wide() -> Any:
    return ui.Layout(width="max-content", max_width="60em")
