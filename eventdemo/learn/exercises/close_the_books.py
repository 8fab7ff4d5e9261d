"""`close-the-books`: a ledger made from the history of a run, that has to agree with the real one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Span

RUNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("logout", {"users": 4, "crashes": ("A@0.2",)}),
    ("lifecycle", {"users": 3, "instances": 2}),
    ("wildcard-miss", {"users": 2}),
)


def judge(close_books: Callable[[Sequence[Span]], Mapping[Any, int]]) -> Feedback:
    """Close the books of three runs, and compare."""
    for scenario, conditions in RUNS:
        run = simulate(scenario, **conditions)
        yours = {fate: number for fate, number in close_books(run.spans).items() if number}
        if None in yours:
            return failed(
                f"Your books of {scenario} have {yours[None]} lines without a fate: calls, and emits that were heard."
            )
        if yours != run.ledger:
            difference = run.deliveries - sum(yours.values())
            told = f"{scenario} made {run.deliveries} deliveries, and your books have {sum(yours.values())} lines."
            wrong = "Some are missing." if difference > 0 else "Some are none." if difference else ""
            return failed(f"{told} {wrong or 'The number is right, the fates are not.'}", [run])
    return passed("All three books balance, the events included that nobody heard.")


EXERCISE = Exercise(
    name="close-the-books",
    task="`trace.spans` is the history of a run: emits, listeners, calls to services, each with a `kind` and, if a "
    "delivery ended there, a `fate`. Make the ledger of it: how many ended in which fate. Judged on runs with a crash, "
    "with two instances, and with an event that nobody hears.",
    hole="""
from collections import Counter

def close_books(spans):
    ...
""",
    answer="close_books",
    judge=judge,
    hints=(
        "Look at the spans of a small run: [(s.kind, s.name, s.fate) for s in trace.spans]. Which of them have a fate?",
        "An emit that nobody heard has a fate as well, although no listener is there to have it.",
    ),
    solved="""
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans if span.fate is not None)
""",
    reasons="One line for each delivery, and one for each event without any: whatever was emitted is accounted for. "
    "The real ledger counts what is handed out and what ends apart from each other; if the two differ, it says so.",
    wrong=(
        Wrong(
            """
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans if span.kind == "listener")
""",
            "wildcard-miss made 4 deliveries, and your books have 2 lines. Some are missing.",
        ),
        Wrong(
            """
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans)
""",
            "lines without a fate",
        ),
        Wrong(
            """
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans if span.fate is not None and span.start is not None)
""",
            "lifecycle made",
        ),
    ),
)
