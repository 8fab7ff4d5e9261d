"""The questions of `00_start_here`: when emit returns, which users wait, what fails, and what a limit does."""

from collections.abc import Sequence

from eventdemo.learn.forms import OneOf, SomeOf
from eventdemo.learn.prediction import Question
from eventdemo.simulate import DEFAULTS
from eventdemo.trace.record import Trace

ABOUT_THE_SAME = 0.15
"""Two times count as equal if they differ by less than this share of the longer one."""


def when_emit_returned(trace: Trace) -> str:
    """Compare the end of each emit with the ends of its listeners."""
    emits = [span for span in trace.spans if span.kind == "emit"]
    if all(span.end == span.scheduled < max(each.end for each in trace.children(span)) for span in emits):
        return "c"
    waited = all(span.end >= each.end for span in emits for each in trace.children(span))
    return "a" if waited else "b"


def who_waited(blocking: Trace, overlapping: Trace) -> str:
    """Return which emits came later than under the other strategy: only the second, or also the third."""
    began = [[span.scheduled for span in trace.spans if span.kind == "emit"] for trace in (blocking, overlapping)]
    held_up = [later > earlier for later, earlier in zip(*began, strict=True)]
    return "c" if held_up[2] else "a" if blocking.metrics.longest_stall else "b"


def where_something_failed(runs: Sequence[Trace]) -> str:
    return "".join(key for key, trace in zip("abcde", runs, strict=True) if trace.count("failed"))


def which_was_done_first(two: Trace, awaited: Trace) -> str:
    """Compare when the last listener finished."""
    ours, theirs = two.metrics.last_listener_done, awaited.metrics.last_listener_done
    if abs(ours - theirs) < ABOUT_THE_SAME * max(ours, theirs):
        return "b"
    return "a" if ours > theirs else "c"


EMIT_RETURNS = Question(
    name="emit-returns",
    asks="Three users log out, and two listeners clean up after each. When does emit return?",
    form=OneOf(
        (
            "when both listeners have finished",
            "when the first of them has finished",
            "immediately, while both are still running",
        )
    ),
    answer=when_emit_returned,
    expected="c",
    because=2,
    reasons={
        "emit calls its listeners, and a call returns when the function is done": (
            "that is true for plain functions. These listeners are coroutines, and calling one runs none of its code."
        ),
        "emit only starts the listeners: each becomes a task that the event loop runs later": (
            "emit created a task for each listener and returned. The event loop ran the tasks later."
        ),
        "the services here are fakes, so the listeners have nothing to wait for": (
            "the fakes have latencies, too: look where the listeners' bars end."
        ),
    },
    replies={"a": "The emitter got no result from the listeners.", "b": "It did not wait for any of them."},
)

WHO_WAITS = Question(
    name="who-waits",
    asks="With sync, a listener blocks until Firebase has answered. While it unsubscribes the topics of the second "
    "user, the third user logs out. Who waits?",
    form=OneOf(("only the second user", "no user: the calls run in the background", "the second and the third")),
    answer=who_waited,
    expected="c",
    because=2,
    reasons={
        "each request has its own thread": "asyncio runs all requests in one thread, like Node.",
        "there is one event loop, and while a listener blocks it, nothing else runs": (
            "one event loop serves all requests. While it is blocked, unrelated requests wait, too."
        ),
        "the third logout queues behind the second, as events are handled in order": (
            "there is no queue: the third request could not even begin."
        ),
    },
    replies={
        "a": "Look at the third emit: it begins only where the second one ends.",
        "b": "Look at the shaded time: nothing else runs in it.",
    },
)

WHICH_FAIL = Question(
    name="which-fail",
    asks="There are forty employees, with three listeners for each. Under which strategies does a delivery fail?",
    form=SomeOf(DEFAULTS),
    answer=where_something_failed,
    expected="e",
    because=3,
    reasons={
        "slow strategies run into timeouts": "with the slow strategies every delivery is done: nothing timed out.",
        "any concurrent calls are too much for Oracle": (
            "awaited and bounded:8 also make concurrent calls, and Oracle accepted all of them."
        ),
        "if the emitter does not wait, all 120 listeners start together, and Oracle rate-limits some calls": (
            "nothing slowed the poll down: all listeners started together, and made more calls than Oracle allows."
        ),
    },
    replies={
        "de": "bounded:8 has at most eight concurrent calls, which Oracle accepts.",
        "abcde": "With four of the five every delivery is done.",
    },
)

TWO_SLOTS = Question(
    name="two-slots",
    asks="With bounded:2, two listeners run at a time, over all employees. Compared with awaited, the poll is done…",
    form=OneOf(("much later", "at about the same time", "much sooner")),
    answer=which_was_done_first,
    expected="b",
    because=2,
    reasons={
        "two are fewer than the three listeners that awaited runs at a time": (
            "awaited runs three at a time only briefly: then it waits for the slowest before the next employee."
        ),
        "both slots are always busy, while awaited waits for the slowest of three before it continues": (
            "with awaited the fast listeners finish early, and their slots are idle until the next employee."
        ),
        "Oracle limits the speed in either case": "Oracle could process far more calls: see bounded:8.",
    },
    replies={
        "a": "Two slots that are always busy do as much work as three that are often idle.",
        "c": "Both slots are always busy, but there are only two.",
    },
)

QUESTIONS = (EMIT_RETURNS, WHO_WAITS, WHICH_FAIL, TWO_SLOTS)
