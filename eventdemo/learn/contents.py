"""The questions and exercises by name, read from the notebooks' data; their judges are imported on demand."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from eventdemo.core.wording import did_you_mean
from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.learn import answers, progress, small_programs
from eventdemo.learn.exercise import Exercise
from eventdemo.learn.forms import CountOf, Form, OneOf, OrderOf, SomeOf
from eventdemo.learn.prediction import Prediction, Question
from eventdemo.learn.small_programs import Evidence
from eventdemo.simulate import simulate

NOTEBOOKS = (
    *("start_here", "emit_is_a_call", "auth_side_effects", "lifecycle_hooks", "sync_pipeline", "audit_trail"),
    *("scheduler_fan_out", "lost_events", "many_instances", "typed_events", "proving_order", "durable_queue"),
    *("appendix_nest", "the_async_flag"),
)
"""The notebooks by name, without their numbers."""
FORMS: Mapping[str, type[OneOf | SomeOf | OrderOf]] = {"one": OneOf, "some": SomeOf, "order": OrderOf}


class UnknownNameError(LookupError):
    """An unknown question or exercise."""


def question(name: str) -> Question:
    found = {each.name: each for notebook in NOTEBOOKS for each in questions_of(notebook)}
    return found[known(name, found, "question")]


@cache
def questions_of(notebook: str) -> tuple[Question, ...]:
    return tuple(map(_question, _data(notebook)["question"]))


def exercises_of(notebook: str) -> list[str]:
    return [each["name"] for each in _data(notebook)["exercise"]]


@cache
def exercise(name: str) -> Exercise:
    """Return an exercise by name; a notebook shows its task."""
    exercises = {each["name"]: (notebook, each) for notebook in NOTEBOOKS for each in _data(notebook)["exercise"]}
    notebook, found = exercises[known(name, exercises, "exercise")]
    judge = getattr(import_module(f"eventdemo.learn.judges.{notebook}"), name.replace("-", "_"))
    prose = {"task": _paragraphs(found["task"]), "reasons": _joined(found["reasons"])}
    return Exercise(**found | prose | {"judge": judge, "hints": tuple(found["hints"])})


def predict(name: str, answer: object = None, *, because: object = None) -> Prediction:
    """Ask a question; set `answer` and then `because` to type them instead of clicking.

    What you locked earlier is still locked.
    """
    return _asked(question(name), answer, because)


def again(name: str, answer: object = None) -> Prediction:
    """Ask the second question of a prediction: the same about another run, which is scored as soon as you answer."""
    return _asked(question(name).sibling, answer)


def _asked(asked: Question | None, answer: object = None, because: object = None) -> Prediction:
    assert asked is not None, "only a sibling has no sibling"
    kept = progress.recall(asked.name)
    made = Prediction(asked, kept.get("answer"), kept.get("because"), scored=kept.get("right") is not None)
    if answer is not None:
        made.predict(answer)
    if because is not None:
        made.give_reason(because)
    return made


@cache
def _data(notebook: str) -> Mapping[str, Any]:
    return tomllib.loads(files("eventdemo.learn").joinpath(f"notebooks/{notebook}.toml").read_text("utf-8"))


def _question(data: Mapping[str, Any]) -> Question:
    """Return a question with its sibling, whose data replaces that of the question where it differs."""
    again = {**data, **data["sibling"], "name": f"{data['name']}-again"}
    why, evidence = _joined(again["why"]), _evidence_of(again)
    reasons = {reason: _joined(reply) for reason, reply in data["reasons"].items()}
    return Question(
        **_common(data),
        why=list(reasons.values())[data["because"] - 1],
        sibling=Question(**_common(again), why=why, first=data["name"], evidence=evidence),
        because=data["because"],
        reasons=reasons,
        replies={wrong: _joined(reply) for wrong, reply in data["replies"].items()},
    )


def _evidence_of(data: Mapping[str, Any]) -> Callable[[], Evidence]:
    """Return what simulates `run` (one argument each) or `runs` (a list), explores `explore`, or calls `play`."""
    if "play" in data:
        program: Callable[[], Evidence] = getattr(small_programs, data["play"])
        return program
    if "explore" in data:
        return lambda: [explore(experiment(data["explore"]), strategy=data.get("strategy", "awaited"))]
    if "runs" in data:
        return lambda: [[simulate(**settings) for settings in data["runs"]]]
    return lambda: [simulate(**settings) for settings in data["run"]]


def _common(data: Mapping[str, Any]) -> dict[str, Any]:
    form: Form = CountOf(data["what"]) if data["form"] == "count" else FORMS[data["form"]](data["choices"])
    return {
        "name": data["name"],
        "asks": _joined(data["asks"]),
        "form": form,
        "answer": form.of if isinstance(form, OrderOf) else answers.named(data["answer"]),
        "expected": data["expected"],
    }


def _joined(text: str) -> str:
    """Join the lines of a paragraph."""
    return " ".join(text.split())


def _paragraphs(text: str) -> str:
    """Join the lines of each paragraph, and of each item of a list, so that each becomes one line."""
    return "\n".join(map(_joined, re.split(r"\n(?=- |\n)", text)))


def known(name: str, names: Any, what: str) -> str:
    """Return the name if it is among `names`, else raise `UnknownNameError` with the nearest one."""
    if name in names:
        return name
    hint = did_you_mean(name, names, f"there are {', '.join(names)}.")
    raise UnknownNameError(f"There is no {what} {name!r}: {hint}")
