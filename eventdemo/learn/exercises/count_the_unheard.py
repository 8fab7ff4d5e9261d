"""`count-the-unheard`: reading a ledger for the failures that nobody who emitted knows of."""

from collections.abc import Callable

from eventdemo.core.fates import Fate
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import Excerpt, about
from eventdemo.trace.record import Trace
from mock_services import FaultPlan
from mock_services.faults import Service

UNHEARD = (Fate.FAILED_LOGGED, Fate.FAILED_UNSEEN)
RUNS: tuple[tuple[str, str, Service | None], ...] = (
    ("fan-out", "awaited", "oracle_fusion"),
    ("fan-out", "detached", None),
    ("logout", "awaited", "fcm"),
)


def judge(count_unheard: Callable[[Trace], int]) -> Feedback:
    """Compare with the ledgers of three runs: the emitter was told, nobody was, and only the log was."""
    for name, strategy, down in RUNS:
        faults = FaultPlan.realistic().with_faults("down", only=down) if down else None
        run = simulate(name, strategy=strategy, users=40, faults=faults)
        told, true = count_unheard(run), sum(run.ledger.get(fate, 0) for fate in UNHEARD)
        if told != true:
            books = ", ".join(f"{number} {fate}" for fate, number in run.ledger.items())
            said = f"Of {name} under {strategy}{f' with {down} down' if down else ''} the books say {books}."
            return failed(f"{said} You counted {told}; it is {true}.", [_one_of_them(run)])
    return passed("All three are counted right: one told the emitter, one nobody, one a log.")


def _one_of_them(run: Trace) -> Excerpt:
    return about(run, next(span.subject for span in run.spans if span.fate and span.fate.verdict == "failed"))


EXERCISE = Exercise(
    name="count-the-unheard",
    task="How many deliveries of a run failed without the emitter learning of it? `trace.ledger` says how many ended "
    "in which fate. Judged on runs that you have not seen.",
    hole="""
from eventdemo import Fate

def count_unheard(trace):
    ...
""",
    answer="count_unheard",
    judge=judge,
    hints=(
        "for fate in Fate: print(fate, fate.meaning). Of which failures does the emitter not hear?",
        "A fate that did not occur is not in the ledger: use trace.ledger.get(fate, 0).",
    ),
    solved="""
from eventdemo import Fate

def count_unheard(trace):
    unheard = (Fate.FAILED_LOGGED, Fate.FAILED_UNSEEN)
    return sum(trace.ledger.get(fate, 0) for fate in unheard)
""",
    reasons="A failure in a log has a reader at best; one in a task that nobody waits for has none. For the emitter it "
    "is the same: it went on as if all were well.",
    wrong=(
        Wrong(
            """
def count_unheard(trace):
    return trace.count("failed")
""",
            "failed-seen. You counted 80; it is 0",
        ),
        Wrong(
            """
from eventdemo import Fate

def count_unheard(trace):
    return trace.ledger[Fate.FAILED_UNSEEN]
""",
            "KeyError",
        ),
        Wrong(
            """
from eventdemo import Fate

def count_unheard(trace):
    return trace.ledger.get(Fate.FAILED_UNSEEN, 0)
""",
            "with fcm down",
        ),
    ),
)
