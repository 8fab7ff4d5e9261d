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
from eventdemo.learn.markup import CHOICES, WRAPPED, coloured, paragraph, preformatted, with_code, with_lists
from eventdemo.learn.pictures import Picture
from eventdemo.learn.prediction import Prediction
from eventdemo.learn.prose import Reply, ledger
from eventdemo.learn.scores import ScoreCard
from eventdemo.learn.sliders import Knob, Sliders, knob
from eventdemo.trace.excerpt import Cut, Excerpt, as_excerpt
from eventdemo.trace.record import Trace
from eventdemo.trace.widget import Timeline

WIDGET = "application/vnd.jupyter.widget-view+json"
Take = Callable[[str], None]
"""Takes an answer in its typed form."""
NOTED = 3
"""The place of what was predicted, or of the score, in the widget of a question."""


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
def _(reply: Reply) -> Any:
    """Return a reply beside a line in the colour of right or wrong."""
    return ui.HTML(coloured(reply))


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
        why.children = [_one_of(list(question.reasons), give_reason, prediction.because)] if question.reasons else []

    def lock_it_in() -> None:
        _try(noted, prediction, partial(prediction.predict, picked[-1]))
        if prediction.answer is not None:
            ask_why()

    lock = _button("Lock it in", lock_it_in)
    if prediction.answer is not None:
        _note(noted, prediction)
        ask_why()
    asked = _text(f"{WRAPPED}<b>Predict.</b> {with_code(question.asks)}")
    return ui.VBox([asked, pick, lock, noted, why]).add_class(CHOICES)


@widget_of.register
def _(card: ScoreCard) -> Any:
    """Return the score above the questions that come back; it follows their answers."""
    again = card.to_ask()
    score, questions = ui.HTML(), [*map(widget_of, again)]

    def show(_: object = None) -> None:
        lines = [*card.lines(), *(["These come back, each about another run:"] if again else [])]
        score.value = paragraph("<br>".join(map(with_code, lines)))

    for each in questions:
        each.children[NOTED].observe(show, "value")
    show()
    return ui.VBox([score, *questions])


@widget_of.register
def _(game: EventLoopGame) -> Any:
    """Return a button for each pending wait, below the steps so far, and the picture of a run that is over."""
    steps, waits, drawn = ui.HTML(), ui.HBox(layout=ui.Layout(flex_flow="row wrap")), ui.VBox()

    def show() -> None:
        steps.value = preformatted(game.words())
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
    """Return a task with buttons for its hints and its solution, which are shown below each other."""
    helps = {
        "hint 1": with_code(exercise.hints[0]),
        "hint 2": with_code(exercise.hints[1]),
        "solution": preformatted(exercise.solved.strip()) + with_code(exercise.reasons),
    }
    shown = ui.VBox([_text(f"<b>{label.capitalize()}.</b> {markup}") for label, markup in helps.items()])
    for each in shown.children:
        each.layout.display = "none"
    show = [partial(setattr, each.layout, "display", "") for each in shown.children]
    buttons = list(map(_button, helps, show))
    return ui.VBox([_text(f"<b>Exercise.</b> {with_lists(exercise.task)}"), ui.HBox(buttons), shown])


@widget_of.register
def _(sliders: Sliders) -> Any:
    """Return a control for each setting, above the picture and the ledger of the run."""
    controls = {name: _control(knob(name, sliders.scenario), value) for name, value in sliders.turned.items()}
    picture, table = timeline([trace := sliders.run()], sliders.cut), ui.HTML(preformatted(ledger(trace)))

    def turned(name: str, change: Any) -> None:
        trace = sliders.turn(**{name: change["new"]})
        picture.show(trace)
        table.value = preformatted(ledger(trace))

    for name, control in controls.items():
        control.observe(partial(turned, name), "value")
    return ui.VBox([*controls.values(), picture, table])


def _control(knob: Knob, value: Any) -> Any:
    style = {"description_width": "11em"}
    if knob.words:
        return ui.ToggleButtons(options=list(knob.words), value=value, description=knob.means, style=style)
    kind = ui.IntSlider if knob.step == 1 else ui.FloatSlider
    layout = ui.Layout(width="36em", max_width="98%")
    bounds = {"min": knob.low, "max": knob.high, "step": knob.step}
    return kind(value=value, **bounds, description=knob.means, style=style, layout=layout)


def _try(shown: Any, prediction: Prediction, act: Callable[[], None]) -> None:
    """Take an answer or a reason, and show the prediction so far, or what is wrong with it."""
    try:
        act()
    except PredictionError as error:
        shown.value = preformatted(str(error))
    else:
        _note(shown, prediction)


def _note(shown: Any, prediction: Prediction) -> None:
    """Show a prediction so far, or the score of a second question."""
    noted = prediction.noted()
    shown.value = coloured(noted) if isinstance(noted, Reply) else paragraph(with_code(noted))


def _picker(form: Any, take: Take) -> Any:
    if isinstance(form, CountOf):
        return _number(form, take)
    if isinstance(form, OrderOf):
        return _order(form.choices, take)
    if isinstance(form, SomeOf):
        return _some_of(form.choices, take)
    return _one_of(_lettered(form.choices), lambda number: take(ascii_lowercase[int(number) - 1]))


def _lettered(choices: Sequence[str]) -> list[str]:
    return [f"{key}) {text}" for key, text in zip(ascii_lowercase, choices, strict=False)]


def _one_of(choices: Sequence[str], take: Take, chosen: int | None = None) -> Any:
    """Return radio buttons; the callback gets the number of the choice, from 1, and so is the one `chosen` earlier."""
    options = [(text, str(n)) for n, text in enumerate(choices, 1)]
    box = ui.RadioButtons(options=options, value=str(chosen) if chosen else None, layout=_wide())
    box.observe(lambda change: take(change["new"]), "value")
    return box


def _some_of(choices: Sequence[str], take: Take) -> Any:
    layout = {"height": "auto", "min_height": "1.5em", "margin": "0 2px"}
    boxes = [ui.Checkbox(description=text, indent=False, layout=_wide(**layout)) for text in _lettered(choices)]

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
    return ui.HTML(paragraph(markup))


def _wide(**more: str) -> Any:
    return ui.Layout(width="max-content", max_width="min(60em, 100%)", **more)
