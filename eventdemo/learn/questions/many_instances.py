"""The questions of `09_many_instances`: which instances get an event or run a cron job, and what each repair costs."""

from eventdemo.core.fates import Fate
from eventdemo.learn.forms import CountOf, OneOf
from eventdemo.learn.prediction import Question
from eventdemo.trace.record import Trace

LATER = 2.0
"""A run that takes this many times as long as another one counts as late."""


def whether_caches_agree(trace: Trace) -> str:
    return "a" if all(check.holds for check in trace.checks) else "b"


def task_calls(trace: Trace) -> str:
    return str(trace.metrics.calls["oracle-fusion"] + trace.metrics.calls["yardi"])


def whether_oracle_rate_limits(trace: Trace) -> str:
    return "b" if trace.metrics.throttled else "a"


def how_the_poll_ended(calm: Trace, crashed: Trace) -> str:
    """Compare a poll whose leader died with one whose leader survived."""
    if not all(check.holds for check in crashed.checks):
        return "b"
    late = crashed.metrics.last_listener_done > LATER * calm.metrics.last_listener_done
    return "c" if late else "a"


def done(trace: Trace) -> str:
    return str(trace.ledger.get(Fate.DONE, 0))


WHO_HEARS = Question(
    name="who-hears",
    asks="Three instances share one store. Each caches names in memory, and updates them on an event. Six users are "
    "hired, renamed and deleted, each request on any free instance. Are the three caches correct?",
    form=OneOf(("yes: the store is shared", "no: some cached names are out of date")),
    answer=whether_caches_agree,
    expected="b",
    because=1,
    reasons={
        "the instances share the store, but events do not go through it": (
            "an emit is a function call in one process. The caches of the other processes stay unchanged."
        ),
        "each instance has subscribed to the event": "each has, on its own bus. The buses are not connected.",
        "the load balancer sends a user to the same instance every time": (
            "even then the other two would never get events about that user."
        ),
    },
    replies={"a": "The rows are right, but the cached copies are wrong."},
)

HOW_MANY_CALLS = Question(
    name="how-many-calls",
    asks="The poll over six employees makes 24 calls to Oracle and Yardi. Now three instances have the same cron "
    "schedule. How many calls do they make?",
    form=CountOf("calls"),
    answer=task_calls,
    expected="72",
    because=2,
    reasons={
        "the instances divide the work": "nothing coordinates them. A scheduler is a timer in each process.",
        "each process has its own timer, independent of the others": (
            "the job becomes due on every instance, and each polls all employees."
        ),
        "the store remembers who was polled today, so the second poll finds nothing to do": (
            "the poll always includes every employee."
        ),
    },
    replies={"24": "That is what one instance makes.", "8": "They do not divide the work: each does all of it."},
)

BOUND_TIMES_N = Question(
    name="bound-times-n",
    asks="With bounded:8 one instance polled forty employees, and Oracle accepted every call. Now there are four "
    "instances with bounded:8. Does Oracle rate-limit any calls?",
    form=OneOf(("no: it accepts eight calls at a time", "yes")),
    answer=whether_oracle_rate_limits,
    expected="b",
    because=1,
    reasons={
        "the limit applies to one process, and there are four": (
            "a semaphore exists in one process. Four times eight is thirty-two calls at a time."
        ),
        "four instances are four clients, and the rate limit applies to each client": (
            "this rate limit counts all calls, independent of the client."
        ),
        "the instances poll at different times, because their clocks differ a little": (
            "the clocks differ by milliseconds, but the poll takes seconds."
        ),
    },
    replies={"a": "It is eight at a time in each of four instances."},
)

LEADER_DIES = Question(
    name="leader-dies",
    asks="With leader-lock one instance polls, and the others wait. It is killed half a second after it began. What "
    "happens to the poll?",
    form=OneOf(
        (
            "another instance continues it immediately",
            "no instance finishes it: some users are skipped",
            "another instance does it, but much later",
        )
    ),
    answer=how_the_poll_ended,
    expected="c",
    because=2,
    reasons={
        "the others notice that the connection breaks": (
            "there is no connection between them. A dead process looks like a slow one."
        ),
        "the lock is a lease, and until it expires, a dead leader looks like a slow one": (
            "the others wait until it expires, then one restarts the poll: it is late, and repeats some work."
        ),
        "the lock died with its holder": "it is a row in the store, and stays there until it expires.",
    },
    replies={
        "a": "It cannot know immediately that the leader is dead.",
        "b": "The lease expires, and another instance takes over.",
    },
)

KEYS = Question(
    name="keys",
    asks="With idempotency-key all three instances poll, and the first to claim a delivery does it. One instance is "
    "killed in the middle of two deliveries. A single poll is 18 deliveries. How many end up done?",
    form=CountOf("deliveries"),
    answer=done,
    expected="18",
    because=2,
    reasons={
        "the deliveries that the dead instance claimed stay claimed forever": (
            "a claim is a lease, as the lock is. The second instance did not give up: it waits."
        ),
        "the second instance waits, and takes over when the dead one's claim has expired": (
            "the lease expired, and another instance did those two deliveries, and only those."
        ),
        "each instance does all of its deliveries": (
            "without keys they do. With keys, the other two instances find the work done."
        ),
    },
    replies={
        "16": "Another instance did the two interrupted deliveries.",
        "52": "That is the number without keys.",
        "54": "All three instances dispatch 18, but of three equal deliveries only one does the work.",
    },
)

QUESTIONS = (WHO_HEARS, HOW_MANY_CALLS, BOUND_TIMES_N, LEADER_DIES, KEYS)
