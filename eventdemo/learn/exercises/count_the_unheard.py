"""`count-the-unheard`: find in a ledger the failures whose errors never reached the emitter."""

from collections.abc import Callable

from eventdemo.core.fates import Fate
from eventdemo.learn.exercise import Exercise, Feedback, failed, failed_delivery, passed
from eventdemo.simulate import simulate
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
    """Use three runs: the errors reached the emitter, were lost, and were only logged."""
    for name, strategy, down in RUNS:
        faults = FaultPlan.realistic().with_faults("down", only=down) if down else None
        run = simulate(name, strategy=strategy, users=40, faults=faults)
        counted, true = count_unheard(run), sum(run.ledger.get(fate, 0) for fate in UNHEARD)
        if counted != true:
            ledger = ", ".join(f"{number} {fate}" for fate, number in run.ledger.items())
            found = f"{name} under {strategy}{f' with {down} down' if down else ''} has {ledger}."
            return failed(f"{found} You counted {counted}; it is {true}.", [failed_delivery(run)])
    return passed("All three are right: one run's errors reached the emitter, one's were lost, one's were only logged.")


EXERCISE = Exercise(
    name="count-the-unheard",
    task="How many deliveries of a run failed without their errors reaching the emitter? `trace.ledger` has the number "
    "of deliveries for each fate. The judge uses runs that you have not seen.",
    hole="""
from eventdemo import Fate

def count_unheard(trace):
    ...
""",
    answer="count_unheard",
    judge=judge,
    hints=(
        "for fate in Fate: print(fate, fate.meaning). Which failures does the emitter not see?",
        "A fate that did not occur is not in the ledger: use trace.ledger.get(fate, 0).",
    ),
    solved="""
from eventdemo import Fate

def count_unheard(trace):
    unheard = (Fate.FAILED_LOGGED, Fate.FAILED_UNSEEN)
    return sum(trace.ledger.get(fate, 0) for fate in unheard)
""",
    reasons="Someone may read an error in a log, but not an error in a task that no code awaits. For the emitter both "
    "are the same: it continued as if nothing had failed.",
    wrong={
        """
def count_unheard(trace):
    return trace.count("failed")
""": "failed-seen. You counted 80; it is 0",
        """
from eventdemo import Fate

def count_unheard(trace):
    return trace.ledger[Fate.FAILED_UNSEEN]
""": "KeyError",
        """
from eventdemo import Fate

def count_unheard(trace):
    return trace.ledger.get(Fate.FAILED_UNSEEN, 0)
""": "with fcm down",
    },
)
