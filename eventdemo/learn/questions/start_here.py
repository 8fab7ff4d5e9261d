"""The questions of `00_start_here`: when emit returns, who waits, who is refused, and what a bound does."""

from collections.abc import Sequence

from eventdemo.learn.forms import OneOf, SomeOf
from eventdemo.learn.question import Question, Reason
from eventdemo.simulate import DEFAULTS
from eventdemo.trace.record import Trace

ABOUT_THE_SAME = 0.15
"""Two times that differ by less than this share of the longer one are called the same."""


def when_emit_returned(trace: Trace) -> str:
    """Compare each emit's end with the ends of its listeners."""
    emits = [span for span in trace.spans if span.kind == "emit"]
    if all(span.end == span.scheduled < max(each.end for each in trace.children(span)) for span in emits):
        return "c"
    waited = all(span.end >= each.end for span in emits for each in trace.children(span))
    return "a" if waited else "b"


def who_waited(blocking: Trace, overlapping: Trace) -> str:
    """Tell who could emit only later than under the other strategy: nobody but the second, or the third too."""
    began = [[span.scheduled for span in trace.spans if span.kind == "emit"] for trace in (blocking, overlapping)]
    held_up = [later > earlier for later, earlier in zip(*began, strict=True)]
    return "c" if held_up[2] else "a" if blocking.metrics.longest_stall else "b"


def where_something_failed(runs: Sequence[Trace]) -> str:
    """Name the strategies under which a delivery failed."""
    return "".join(key for key, trace in zip("abcde", runs, strict=True) if trace.count("failed"))


def which_was_done_first(two: Trace, awaited: Trace) -> str:
    """Compare when the last listener was done."""
    ours, theirs = two.metrics.last_listener_done, awaited.metrics.last_listener_done
    if abs(ours - theirs) < ABOUT_THE_SAME * max(ours, theirs):
        return "b"
    return "a" if ours > theirs else "c"


EMIT_RETURNS = Question(
    name="emit-returns",
    asks="Three people log out, and two listeners clean up behind each. When does emit return?",
    form=OneOf(
        (
            "when both listeners have finished",
            "when the first of them has finished",
            "at once, while both are still at work",
        )
    ),
    answer=when_emit_returned,
    expected="c",
    reasons=(
        Reason(
            "emit calls its listeners, and a call returns when the function is done",
            "that is so for plain functions. These listeners are coroutines, and calling one runs none of it.",
        ),
        Reason(
            "emit only starts the listeners: each becomes a task that the loop runs later",
            "emit made a task of each listener and returned. The loop ran them when the emitter had gone on.",
            holds=True,
        ),
        Reason(
            "the services here are fakes, so the listeners have nothing to wait for",
            "the fakes take their time, too: look where the listeners' bars end.",
        ),
    ),
    replies={
        "a": "Whoever emitted was told nothing about what became of the listeners.",
        "b": "It did not wait for any of them.",
    },
)

WHO_WAITS = Question(
    name="who-waits",
    asks="Under sync, a listener blocks until Firebase has answered. While the topics of the second person are "
    "unsubscribed, the third one logs out. Who waits?",
    form=OneOf(
        ("only the second person", "nobody: the services are called in the background", "the second and the third")
    ),
    answer=who_waited,
    expected="c",
    reasons=(
        Reason(
            "each request has a thread of its own",
            "asyncio has one thread for everybody, like Node.",
        ),
        Reason(
            "there is one loop, and while a listener blocks, it runs nothing else",
            "one loop serves everybody. While it stands still, so does a request that has nothing to do with it.",
            holds=True,
        ),
        Reason(
            "the third logout queues behind the second, as events are handled in order",
            "no queue is involved: the third request could not even begin.",
        ),
    ),
    replies={
        "a": "Look at the third emit: it begins only where the second one ends.",
        "b": "Look at the shaded time: nothing runs in it.",
    },
)

WHO_IS_REFUSED = Question(
    name="who-is-refused",
    asks="Forty employees, three listeners for each. Under which strategies does a delivery fail?",
    form=SomeOf(DEFAULTS),
    answer=where_something_failed,
    expected="e",
    reasons=(
        Reason(
            "what is slow runs into timeouts",
            "under the slow strategies every delivery is done: nothing timed out.",
        ),
        Reason(
            "whatever overlaps at all is too much for Oracle",
            "awaited and bounded:8 overlap calls too, and nobody was refused.",
        ),
        Reason(
            "if nobody waits, all 120 listeners start at once, and Oracle refuses the surplus",
            "nothing held the poll back: all listeners started at once, and called more often than Oracle allows.",
            holds=True,
        ),
    ),
    replies={
        "de": "bounded:8 has at most eight calls under way: that is few enough.",
        "abcde": "Under four of the five every delivery is done.",
    },
)

TWO_PLACES = Question(
    name="two-places",
    asks="Bounded:2 lets two listeners run at a time, over all employees. Compared with awaited, the poll is done…",
    form=OneOf(("much later", "at about the same time", "much sooner")),
    answer=which_was_done_first,
    expected="b",
    reasons=(
        Reason(
            "two are fewer than the three listeners that awaited runs at a time",
            "awaited has three at a time for a moment only: then it waits for the slowest before the next employee.",
        ),
        Reason(
            "two places are always taken, while awaited waits for the slowest of three before it goes on",
            "under awaited the quick listeners are done early and their places stay empty until the next employee.",
            holds=True,
        ),
        Reason("Oracle sets the pace in either case", "Oracle could take far more: see bounded:8."),
    ),
    replies={
        "a": "Two places that are never empty do the work of three that often are.",
        "c": "Two places are never empty, but they are only two.",
    },
)

QUESTIONS = (EMIT_RETURNS, WHO_WAITS, WHO_IS_REFUSED, TWO_PLACES)
