"""`close-the-books`: compute a ledger from the spans of a run, and match the real one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eventdemo.learn.exercise import Exercise, Feedback, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Span

RUNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("logout", {"users": 4, "crashes": ("A@0.2",)}),
    ("lifecycle", {"users": 3, "instances": 2}),
    ("wildcard-miss", {"users": 2}),
)


def judge(close_books: Callable[[Sequence[Span]], Mapping[Any, int]]) -> Feedback:
    """Compare the computed ledgers of three runs with the real ones."""
    for scenario, conditions in RUNS:
        run = simulate(scenario, **conditions)
        yours = {fate: number for fate, number in close_books(run.spans).items() if number}
        if None in yours:
            return failed(
                f"Your ledger of {scenario} counts {yours[None]} spans without a fate: calls, and emits with listeners."
            )
        if yours != run.ledger:
            difference = run.deliveries - sum(yours.values())
            totals = f"{scenario} made {run.deliveries} deliveries, and your ledger has {sum(yours.values())}."
            wrong = "Some are missing." if difference > 0 else "Some spans are not deliveries." if difference else ""
            return failed(f"{totals} {wrong or 'The total is right, but the fates are wrong.'}", [run])
    return passed("All three ledgers are right, including the events without a listener.")


EXERCISE = Exercise(
    name="close-the-books",
    task="`trace.spans` has the emits, listeners and calls of a run. Each span has a `kind` and, if a delivery ended "
    "there, a `fate`. Compute the ledger: the number of deliveries for each fate. The judge uses runs with a crash, "
    "with two instances, and with an event that has no listener.",
    hole="""
from collections import Counter

def close_books(spans):
    ...
""",
    answer="close_books",
    judge=judge,
    hints=(
        "Look at the spans of a small run: [(s.kind, s.name, s.fate) for s in trace.spans]. Which of them have a fate?",
        "An emit without a listener has a fate, too.",
    ),
    solved="""
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans if span.fate is not None)
""",
    reasons="Each delivery counts once, and so does each event without a listener, so everything emitted is accounted "
    "for. The real ledger counts starts and ends of deliveries separately, and reports if the two differ.",
    wrong={
        """
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans if span.kind == "listener")
""": "wildcard-miss made 4 deliveries, and your ledger has 2. Some are missing.",
        """
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans)
""": "spans without a fate",
        """
from collections import Counter

def close_books(spans):
    return Counter(span.fate for span in spans if span.fate is not None and span.start is not None)
""": "lifecycle made",
    },
)
