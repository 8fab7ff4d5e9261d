"""The questions and exercises by name, read from the notebooks' data; their judges are imported on demand."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from eventdemo.core.wording import did_you_mean
from eventdemo.learn import answers, progress
from eventdemo.learn.exercise import Exercise
from eventdemo.learn.forms import CountOf, Form, OneOf, OrderOf, SomeOf
from eventdemo.learn.prediction import Prediction, Question
from eventdemo.learn.prose import Prose, paragraphs

NOTEBOOKS: dict[str, tuple[str, ...]] = {
    "start_here": ("largest-bound", "shut-down", "count-the-unheard"),
    "lost_events": ("name-the-fate", "close-the-books", "refuse-the-typo"),
    "many_instances": ("which-repair", "share-the-bound", "first-come"),
    "the_async_flag": ("who-waits-for-whom", "nothing-dropped", "an-honest-answer"),
}
"""The notebooks by name, without their numbers, and their exercises."""
EXERCISES = {name: notebook for notebook, names in NOTEBOOKS.items() for name in names}
FORMS: Mapping[str, type[OneOf | SomeOf | OrderOf]] = {"one": OneOf, "some": SomeOf, "order": OrderOf}


class UnknownNameError(LookupError):
    """An unknown question or exercise."""


def question(name: str) -> Question:
    found = {each.name: each for notebook in NOTEBOOKS for each in questions_of(notebook)}
    return found[_known(name, found, "question")]


@cache
def questions_of(notebook: str) -> tuple[Question, ...]:
    return tuple(map(_question, _data(notebook)["question"]))


@cache
def exercise(name: str) -> Exercise:
    """Return an exercise by name; a notebook shows its task."""
    notebook = EXERCISES[_known(name, EXERCISES, "exercise")]
    (found,) = (each for each in _data(notebook)["exercise"] if each["name"] == name)
    judge = getattr(import_module(f"eventdemo.learn.judges.{notebook}"), name.replace("-", "_"))
    prose = {key: _joined(found[key]) for key in ("task", "reasons")}
    wrong = {each["cell"]: _joined(each["feedback"]) for each in found["wrong"]}
    return Exercise(**found | prose | {"judge": judge, "hints": tuple(found["hints"]), "wrong": wrong})


def predict(name: str, answer: object = None, *, because: object = None, again: bool = False) -> Prediction:
    """Ask a question; set `answer` and then `because` to type them instead of clicking.

    What you locked earlier is still locked, unless you ask for the question `again`.
    """
    asked = question(name)
    if again:
        progress.forget(name)
    kept = progress.recall(name)
    made = Prediction(asked, kept.get("answer"), kept.get("because"), scored=kept.get("right") is not None)
    if answer is not None:
        made.predict(answer)
    if because is not None:
        made.give_reason(because)
    return made


def score_card(notebook: str) -> Prose:
    """Return how many predictions of a notebook were right, and which questions to ask again."""
    asked = [each.name for each in questions_of(_known(notebook, NOTEBOOKS, "notebook"))]
    if not progress.is_kept():
        return Prose("Your score stands here when you open this notebook with `make lab`.")
    right = {name: progress.recall(name).get("right") for name in asked}
    score = f"You predicted {sum(map(bool, right.values()))} of {len(asked)}."
    missed = [f'predict("{name}", again=True)' for name in asked if right[name] is False]
    unasked = [f'predict("{name}")' for name in asked if right[name] is None]
    lines = [("Try again", missed), ("Not predicted yet", unasked)]
    return Prose(paragraphs(score, *(f"{what}: {', '.join(calls)}." for what, calls in lines if calls)))


@cache
def _data(notebook: str) -> Mapping[str, Any]:
    return tomllib.loads(files("eventdemo.learn").joinpath(f"notebooks/{notebook}.toml").read_text("utf-8"))


def _question(data: Mapping[str, Any]) -> Question:
    form: Form = CountOf(data["what"]) if data["form"] == "count" else FORMS[data["form"]](data["choices"])
    return Question(
        name=data["name"],
        asks=_joined(data["asks"]),
        form=form,
        answer=form.of if isinstance(form, OrderOf) else getattr(answers, data["answer"]),
        expected=data["expected"],
        because=data["because"],
        reasons={reason: _joined(reply) for reason, reply in data["reasons"].items()},
        replies={wrong: _joined(reply) for wrong, reply in data["replies"].items()},
    )


def _joined(text: str) -> str:
    """Join the lines of a paragraph."""
    return " ".join(text.split())


def _known(name: str, names: Any, what: str) -> str:
    if name in names:
        return name
    hint = did_you_mean(name, names, f"there are {', '.join(names)}.")
    raise UnknownNameError(f"There is no {what} {name!r}: {hint}")
