"""The questions and exercises by name; their modules are imported on demand."""

from importlib import import_module
from typing import Any

from eventdemo.core.wording import did_you_mean
from eventdemo.learn.exercise import Exercise
from eventdemo.learn.prediction import Prediction, Question

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


def predict(name: str, answer: object = None, *, because: object = None) -> Prediction:
    """Ask a question; set `answer` and `because` to type an answer instead of clicking."""
    made = Prediction(question(name))
    if answer is not None:
        made.predict(answer)
    if because is not None:
        made.give_reason(because)
    return made


def _known(name: str, names: Any, what: str) -> str:
    if name in names:
        return name
    hint = did_you_mean(name, names, f"there are {', '.join(names)}.")
    raise UnknownNameError(f"There is no {what} {name!r}: {hint}")
