"""The questions and exercises by name; their modules are imported on demand."""

from importlib import import_module
from typing import Any

from eventdemo.core.wording import did_you_mean
from eventdemo.learn import progress
from eventdemo.learn.exercise import Exercise
from eventdemo.learn.prediction import Prediction, Question
from eventdemo.learn.prose import Prose, paragraphs

NOTEBOOKS: dict[str, tuple[str, ...]] = {
    "start_here": ("largest-bound", "shut-down", "count-the-unheard"),
    "lost_events": ("name-the-fate", "close-the-books", "refuse-the-typo"),
    "many_instances": ("which-repair", "share-the-bound", "first-come"),
    "the_async_flag": ("who-waits-for-whom", "nothing-dropped", "an-honest-answer"),
}
"""The notebooks by name, without their numbers. Each has a module of questions, and these exercises."""
EXERCISES = tuple(name for names in NOTEBOOKS.values() for name in names)


class UnknownNameError(LookupError):
    """An unknown question or exercise."""


def question(name: str) -> Question:
    found = {each.name: each for notebook in NOTEBOOKS for each in questions_of(notebook)}
    return found[_known(name, found, "question")]


def questions_of(notebook: str) -> tuple[Question, ...]:
    questions: tuple[Question, ...] = import_module(f"eventdemo.learn.questions.{notebook}").QUESTIONS
    return questions


def exercise(name: str) -> Exercise:
    """Return an exercise by name; a notebook shows its task."""
    module = import_module(f"eventdemo.learn.exercises.{_known(name, EXERCISES, 'exercise').replace('-', '_')}")
    found: Exercise = module.EXERCISE
    return found


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


def _known(name: str, names: Any, what: str) -> str:
    if name in names:
        return name
    hint = did_you_mean(name, names, f"there are {', '.join(names)}.")
    raise UnknownNameError(f"There is no {what} {name!r}: {hint}")
