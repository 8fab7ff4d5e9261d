"""The questions of `08_lost_events`: what is in the books, who is told, and what no book can show."""

from collections.abc import Sequence

from eventdemo.core.fates import Fate
from eventdemo.learn.forms import CountOf, OneOf, SomeOf
from eventdemo.learn.question import Question, Reason
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Trace

LOST = tuple(fate for fate in Fate if fate.verdict == "lost")


def deliveries(trace: Trace) -> str:
    """Count the lines of the books."""
    return str(trace.deliveries)


def whose_emitter_was_told(specimens: Sequence[Excerpt]) -> str:
    """Name the specimens in which the emitter received somebody's error."""
    return "".join(
        key
        for key, each in zip("abcdef", specimens, strict=True)
        if any(span.fate is Fate.FAILED_SEEN for span in each.spans)
    )


def lost_in_crash(trace: Trace) -> str:
    """Count what the books say of the crash."""
    return str(trace.ledger.get(Fate.LOST_IN_CRASH, 0))


def whether_it_was_taken_up(trace: Trace) -> str:
    """Tell whether a restart brought back what the crash had cut off."""
    return "b" if trace.ledger.get(Fate.LOST_IN_CRASH) else "a"


def whether_all_is_well(trace: Trace) -> str:
    """Tell whether the claim of the run holds."""
    return "a" if all(check.holds for check in trace.checks) else "b"


UNHEARD = Question(
    name="unheard",
    asks="Four people log in, and each event is emitted under a misspelt name, to which nobody listens. How many "
    "deliveries are in the books?",
    form=CountOf("deliveries"),
    answer=deliveries,
    expected="4",
    reasons=(
        Reason(
            "without a listener there is no delivery",
            "strictly speaking there is none. But then the event would be gone without a line anywhere.",
        ),
        Reason(
            "an event that nobody hears is a line of its own, so that it does not vanish",
            "each is one line, no-listener. emit returned False, which nobody reads.",
            holds=True,
        ),
        Reason("emit raises on a name that it does not know", "a strict bus does. This one takes any name."),
    ),
    replies={"0": "That is how many listeners ran.", "8": "Nobody listens, so there are no two listeners for each."},
)

WHO_IS_TOLD = Question(
    name="who-is-told",
    asks="Six ways to be lost. In which of them does an error reach the code that emitted?",
    form=SomeOf([str(fate) for fate in LOST]),
    answer=whose_emitter_was_told,
    expected="a",
    reasons=(
        Reason(
            "what is lost was never called, so there is nothing that could raise",
            "a lost delivery has no error of its own. The one exception hears of somebody else's: the listener before "
            "it raised out of emit, and that is why it was skipped.",
            holds=True,
        ),
        Reason(
            "a crash is an error, and errors propagate",
            "a kill runs no except and no finally. Who emitted is dead, too, or has gone on.",
        ),
        Reason(
            "cancellation raises CancelledError, and the emitter awaits",
            "CancelledError is raised in the listener. The emitter of a logout did not wait for it.",
        ),
    ),
    replies={
        "ae": "In a crash the emitter dies with the listener, or had gone on.",
        "af": "The cancelled listener receives the CancelledError, not the emitter.",
        "b": "A dropped coroutine is not even a warning here, until Python collects it.",
    },
)

KILLED = Question(
    name="killed",
    asks="Four people log out, with two listeners for each: eight deliveries. After 0.2 s the process is killed, and "
    "four of the eight are done. How many do the books call lost in the crash?",
    form=CountOf("deliveries"),
    answer=lost_in_crash,
    expected="2",
    reasons=(
        Reason(
            "eight were due and four are done, so four are lost",
            "two of the eight were never due in these books: the fourth person logged out after the crash, and nothing "
            "was emitted.",
        ),
        Reason(
            "only what was emitted can be in the books",
            "the fourth logout came when nobody was there to take it. What a dead process would have emitted is in no "
            "book: the balance is right and does not show it.",
            holds=True,
        ),
        Reason(
            "listeners finish in their finally blocks",
            "a kill runs none of them: not one line more.",
        ),
    ),
    replies={"4": "Four are missing, and the books know of two.", "8": "Four were done before the kill."},
)

RESTARTED = Question(
    name="restarted",
    asks="The process is started again a moment later, in time for the fourth logout. What becomes of the deliveries "
    "that it lost?",
    form=OneOf(("the new process takes them up", "nothing: they stay lost")),
    answer=whether_it_was_taken_up,
    expected="b",
    reasons=(
        Reason(
            "the store survived, so the work can go on",
            "the store has the users. That somebody was at work on their topics is written nowhere.",
        ),
        Reason(
            "the events and the tasks were in the memory of the process that died",
            "a restart begins with an empty memory. What is to be taken up has to be written down before.",
            holds=True,
        ),
        Reason("the client tries again", "a client whose request was answered has no reason to."),
    ),
    replies={"a": "It does not know of them."},
)

ALL_DONE = Question(
    name="all-done",
    asks="Two listeners share a payload. All eight deliveries are done, none is lost, and the books balance. Is all "
    "well?",
    form=OneOf(("yes", "no")),
    answer=whether_all_is_well,
    expected="b",
    reasons=(
        Reason(
            "whatever goes wrong has a fate of its own",
            "a fate says how a listener ended. These ended well, each with a wrong name in its hands.",
        ),
        Reason(
            "a fate says that a listener finished, not that it did the right thing",
            "one listener changed the payload that the next one read. Books cannot see that: it takes a claim about "
            "the end, and somebody who checks it.",
            holds=True,
        ),
        Reason("books that balance by chance prove nothing", "they balance in every run. They count something else."),
    ),
    replies={"a": "Look at the outcome: the approvals have no user."},
)

QUESTIONS = (UNHEARD, WHO_IS_TOLD, KILLED, RESTARTED, ALL_DONE)
