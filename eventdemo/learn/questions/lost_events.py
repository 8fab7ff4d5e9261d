"""The questions of `08_lost_events`: what the ledger contains, where errors go, and what no ledger can show."""

from collections.abc import Sequence

from eventdemo.core.fates import Fate
from eventdemo.learn.forms import CountOf, OneOf, SomeOf
from eventdemo.learn.prediction import Question
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Trace

LOST = tuple(fate for fate in Fate if fate.verdict == "lost")


def deliveries(trace: Trace) -> str:
    return str(trace.deliveries)


def whose_emitter_received_an_error(examples: Sequence[Excerpt]) -> str:
    """Return the examples in which the emitter received an error."""
    return "".join(
        key
        for key, each in zip("abcdef", examples, strict=True)
        if any(span.fate is Fate.FAILED_SEEN for span in each.spans)
    )


def lost_in_crash(trace: Trace) -> str:
    return str(trace.ledger.get(Fate.LOST_IN_CRASH, 0))


def whether_it_was_resumed(trace: Trace) -> str:
    return "b" if trace.ledger.get(Fate.LOST_IN_CRASH) else "a"


def whether_all_is_well(trace: Trace) -> str:
    """Return whether the checks of the run hold."""
    return "a" if all(check.holds for check in trace.checks) else "b"


UNHEARD = Question(
    name="unheard",
    asks="Four users log in, and each event is emitted under a misspelt name that has no listener. How many deliveries "
    "does the ledger count?",
    form=CountOf("deliveries"),
    answer=deliveries,
    expected="4",
    because=2,
    reasons={
        "without a listener there is no delivery": (
            "strictly speaking there is none, but then no record would show that the event is lost."
        ),
        "the ledger counts an event without a listener, so that it does not vanish": (
            "each counts once, as no-listener. emit returned False, but no code checks it."
        ),
        "emit raises on a name that it does not know": "a strict bus does. This one accepts any name.",
    },
    replies={
        "0": "That is how many listeners ran.",
        "8": "There are no listeners, so there are not two for each event.",
    },
)

ERRORS_SEEN = Question(
    name="errors-seen",
    asks="There are six ways to lose a delivery. In which of them does an error reach the emitter?",
    form=SomeOf([str(fate) for fate in LOST]),
    answer=whose_emitter_received_an_error,
    expected="a",
    because=1,
    reasons={
        "a lost delivery was never called, or was stopped after emit had returned": (
            "a lost delivery raises nothing in the emitter. In one case the emitter gets the error of another "
            "listener, which raised out of emit, so that the next listener was skipped."
        ),
        "a crash is an error, and errors propagate": (
            "a kill runs no except and no finally block. The emitter is dead, too, or has already continued."
        ),
        "cancellation raises CancelledError, and the emitter awaits": (
            "CancelledError is raised in the listener. The emitter of this logout did not wait for it."
        ),
    },
    replies={
        "ae": "In a crash the emitter dies with the listener, or has already continued.",
        "af": "The cancelled listener receives the CancelledError, not the emitter.",
        "b": "A dropped coroutine raises nothing; Python only warns when it collects the object.",
    },
)

KILLED = Question(
    name="killed",
    asks="Four users log out, with two listeners for each: eight deliveries. After 0.2 s the process is killed, and "
    "four of the eight are done. How many does the ledger count as lost in the crash?",
    form=CountOf("deliveries"),
    answer=lost_in_crash,
    expected="2",
    because=2,
    reasons={
        "eight were due and four are done, so four are lost": (
            "two of the eight were never due, because the fourth user logged out after the crash, and no event was "
            "emitted."
        ),
        "the ledger can only contain what was emitted": (
            "the fourth logout came when no process was running. The ledger balances, but it cannot show events that a "
            "dead process would have emitted."
        ),
        "listeners finish in their finally blocks": "a kill runs none of them.",
    },
    replies={
        "4": "Four are missing, but the ledger contains only two of them.",
        "8": "Four were done before the kill.",
    },
)

RESTARTED = Question(
    name="restarted",
    asks="The process restarts a moment later, before the fourth logout. What happens to the deliveries that it lost?",
    form=OneOf(("the new process resumes them", "nothing: they stay lost")),
    answer=whether_it_was_resumed,
    expected="b",
    because=2,
    reasons={
        "the store survived, so the work can continue": (
            "the store has the users, but it does not record the unfinished work on their topics."
        ),
        "the events and the tasks were in the memory of the process that died": (
            "a restart begins with an empty memory. To resume work, the process must store it beforehand."
        ),
        "the client retries": "a client whose request was answered has no reason to retry.",
    },
    replies={"a": "It has no record of them."},
)

ALL_DONE = Question(
    name="all-done",
    asks="Two listeners share a payload. All eight deliveries are done, none is lost, and the ledger balances. Is the "
    "result correct?",
    form=OneOf(("yes", "no")),
    answer=whether_all_is_well,
    expected="b",
    because=2,
    reasons={
        "every kind of failure has its own fate": (
            "a fate says how a listener ended. These ended normally, but with a wrong name in the payload."
        ),
        "a fate says that a listener finished, not that it did the right thing": (
            "one listener changed the payload that the next one read. The ledger cannot show that; you need to check "
            "the final state."
        ),
        "a ledger that balances by chance proves nothing": "it balances in every run, but it counts something else.",
    },
    replies={"a": "Look at the outcome: the approvals have no user."},
)

QUESTIONS = (UNHEARD, ERRORS_SEEN, KILLED, RESTARTED, ALL_DONE)
