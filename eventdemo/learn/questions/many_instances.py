"""The questions of `09_many_instances`: who hears an event, who runs a cron, and what each repair costs."""

from eventdemo.core.fates import Fate
from eventdemo.learn.forms import CountOf, OneOf
from eventdemo.learn.question import Question, Reason
from eventdemo.trace.record import Trace

LATER = 2.0
"""A run that takes this many times as long as another one is called late."""


def whether_caches_agree(trace: Trace) -> str:
    """Look at what was held against the caches at the end."""
    return "a" if all(check.holds for check in trace.checks) else "b"


def task_calls(trace: Trace) -> str:
    """Count the calls to the two services that have tasks."""
    return str(trace.metrics.calls["oracle-fusion"] + trace.metrics.calls["yardi"])


def whether_somebody_is_refused(trace: Trace) -> str:
    """Tell whether Oracle refused a call."""
    return "b" if trace.metrics.throttled else "a"


def how_the_poll_ended(calm: Trace, crashed: Trace) -> str:
    """Compare a poll whose leader died with one whose leader lived."""
    if not all(check.holds for check in crashed.checks):
        return "b"
    late = crashed.metrics.last_listener_done > LATER * calm.metrics.last_listener_done
    return "c" if late else "a"


def done(trace: Trace) -> str:
    """Count what was done."""
    return str(trace.ledger.get(Fate.DONE, 0))


WHO_HEARS = Question(
    name="who-hears",
    asks="Three instances share one store. Each keeps names in memory, and corrects them when it hears of a change. "
    "Six users are hired, renamed and deleted, each request on whichever instance is free. How are the three memories?",
    form=OneOf(("all right: the store is shared", "some names in them are out of date")),
    answer=whether_caches_agree,
    expected="b",
    reasons=(
        Reason(
            "what is shared is the store, and an event does not go through it",
            "an emit is a function call in one process. What the others have in memory stays as it was.",
            holds=True,
        ),
        Reason(
            "each instance has subscribed to the event",
            "each has, on a bus of its own. No bus knows of the others.",
        ),
        Reason(
            "the load balancer sends a user to the same instance every time",
            "even then the other two would never hear of that user.",
        ),
    ),
    replies={"a": "The rows are right. What is wrong are the copies."},
)

HOW_MANY_CALLS = Question(
    name="how-many-calls",
    asks="The poll over six employees makes 24 calls to Oracle and Yardi. Now three instances have the same cron line. "
    "How many calls?",
    form=CountOf("calls"),
    answer=task_calls,
    expected="72",
    reasons=(
        Reason(
            "the instances share the work among them",
            "nobody tells them to. A scheduler is a timer in each process.",
        ),
        Reason(
            "each process has a timer of its own, and none knows of the others",
            "the moment comes on every instance, and each goes through all employees.",
            holds=True,
        ),
        Reason(
            "the store remembers who was polled today, so the second poll finds nothing to do",
            "the poll asks for everybody, every time.",
        ),
    ),
    replies={"24": "That is what one of them makes.", "8": "They do not share: each does all of it."},
)

BOUND_TIMES_N = Question(
    name="bound-times-n",
    asks="With bounded:8 one instance polled forty employees, and Oracle refused nobody. Now there are four instances "
    "with bounded:8. Does Oracle refuse somebody?",
    form=OneOf(("no: eight at a time is what it takes", "yes")),
    answer=whether_somebody_is_refused,
    expected="b",
    reasons=(
        Reason(
            "a bound is a number in one process, and there are four of them",
            "a semaphore counts in its own memory. Four times eight is thirty-two at a time.",
            holds=True,
        ),
        Reason(
            "four instances are four callers, and a limit is for each caller",
            "this one counts what arrives, whoever sends it.",
        ),
        Reason(
            "the instances take turns, because their clocks differ a little",
            "they differ by milliseconds. The poll takes seconds.",
        ),
    ),
    replies={"a": "Eight at a time, four times."},
)

LEADER_DIES = Question(
    name="leader-dies",
    asks="With leader-lock one instance polls, and the others wait. It is killed half a second after it began. What "
    "becomes of the poll?",
    form=OneOf(
        (
            "another one goes on at once",
            "nobody does it: some users are skipped",
            "another one does it, but much later",
        )
    ),
    answer=how_the_poll_ended,
    expected="c",
    reasons=(
        Reason(
            "the others see that the connection breaks",
            "they see nothing. A dead process looks like a slow one.",
        ),
        Reason(
            "the lock is a lease: until it runs out, nobody can tell dead from slow",
            "the others wait until it has run out, then one does the poll from its start: late, some of it twice.",
            holds=True,
        ),
        Reason(
            "the lock died with its holder",
            "it is a row in the store, and there it stays until it runs out.",
        ),
    ),
    replies={
        "a": "For that it would have to know at once that the leader is dead.",
        "b": "The lease runs out, and somebody takes over.",
    },
)

KEYS = Question(
    name="keys",
    asks="With idempotency-key all three poll, and each delivery is done by whoever claims it first. One instance is "
    "killed over two deliveries. Of the 18 that one poll has, how many are "
    "done in the end?",
    form=CountOf("deliveries"),
    answer=done,
    expected="18",
    reasons=(
        Reason(
            "what the dead one had claimed stays claimed, and nobody else may",
            "a claim is a lease here, as the lock is. Who came second did not go away: it waits.",
        ),
        Reason(
            "whoever comes second waits, and steps in when the claim of the dead one has run out",
            "its lease ran out, and another instance did those two, and only those.",
            holds=True,
        ),
        Reason(
            "each instance does all of its own",
            "without the keys they do. With them all but the first of three find the work done.",
        ),
    ),
    replies={
        "16": "The two that were cut off were done by another.",
        "52": "That is without keys.",
        "54": "All three hand out 18, and of three equal deliveries one does the work.",
    },
)

QUESTIONS = (WHO_HEARS, HOW_MANY_CALLS, BOUND_TIMES_N, LEADER_DIES, KEYS)
