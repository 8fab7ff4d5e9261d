"""The questions of `02_the_async_flag`: who waits, who learns of a failure, in which order, and what runs at all."""

from collections.abc import Sequence

from eventdemo.core.fates import Fate
from eventdemo.learn.forms import OneOf, OrderOf, SomeOf
from eventdemo.learn.question import Question, Reason
from eventdemo.trace.record import Trace

FLAGS = ("false", "throw", "true", "true-throw")
LINES = OrderOf(("coroutine begins", "plain function runs", "emit returned", "coroutine ends"))


def whether_it_waits(trace: Trace) -> str:
    """Compare the ends of the emits with those of their listeners."""
    emits = [span for span in trace.spans if span.kind == "emit"]
    return "b" if all(span.end >= each.end for span in emits for each in trace.children(span)) else "a"


def who_was_told(runs: Sequence[Trace]) -> str:
    """Name the flags under which the emitter received the error."""
    return "".join(key for key, trace in zip("abcd", runs, strict=True) if trace.ledger.get(Fate.FAILED_SEEN))


def how_much_ran(trace: Trace) -> str:
    """Look at whether the listeners began, and whether they ended well."""
    listeners = [span for span in trace.spans if span.kind == "listener"]
    if all(span.start is None for span in listeners):
        return "a"
    return "c" if all(span.fate is Fate.DONE for span in listeners) else "b"


def what_is_run(lines: Sequence[str]) -> str:
    """Read off whether the wrapped listener ran."""
    return "b" if "the wrapped one ran" in lines else "a"


DOES_FALSE_WAIT = Question(
    name="does-false-wait",
    asks="An async handler is marked { async: false }, and somebody awaits emitAsync. When do they go on?",
    form=OneOf(("at once, before the handler has finished", "when the handler has finished")),
    answer=whether_it_waits,
    expected="b",
    reasons=(
        Reason(
            "the article says so: with false, the returned promise is not awaited",
            "it does say so. The library, measured in 15 versions, does otherwise.",
        ),
        Reason(
            "emitAsync collects what listeners return, and waits for each promise among them",
            "whatever a handler returns is collected; a promise among it is awaited. The flag, when true, is what puts "
            "the call off, so that there is no promise yet to collect.",
            holds=True,
        ),
        Reason(
            "the word says so: false means synchronous, and synchronous code blocks",
            "nothing blocks: other requests are served meanwhile. Only this caller waits.",
        ),
    ),
    replies={"a": "That is what the article says."},
)

WHO_LEARNS = Question(
    name="who-learns",
    asks="Oracle fails now and then. Under which values of the flag does the emitter receive the error?",
    form=SomeOf(
        ("{ async: false }", "{ suppressErrors: false }", "{ async: true }", "{ async: true, suppressErrors: false }")
    ),
    answer=who_was_told,
    expected="b",
    reasons=(
        Reason(
            "who waits for a listener also learns of its error",
            "waiting is not enough: under { async: false } the emitter waited, and the wrapper had logged the error "
            "and swallowed it.",
        ),
        Reason(
            "somebody has to wait, and the wrapper has to let the error through",
            "it takes both. With a deferred handler nobody is there to receive it; with a swallowing wrapper nothing "
            "arrives.",
            holds=True,
        ),
        Reason(
            "suppressErrors: false lets every error through, so whoever emitted gets it",
            "where nobody waits, it gets out as an unhandledRejection instead, which by default ends a Node process.",
        ),
    ),
    replies={
        "ab": "Under { async: false } alone the emitter waits, and is told that all went well.",
        "bd": "Under { async: true } nobody waits: the error comes when everybody has gone.",
        "abcd": "By default errors go to the log and no further, from version 2.0.1 on.",
    },
)

WHICH_ORDER = Question(
    name="which-order",
    asks="A coroutine listener is registered first, a plain function second. Then somebody emits. In which order?",
    form=LINES,
    answer=LINES.of,
    expected="bcad",
    reasons=(
        Reason(
            "listeners run in the order of their registration",
            "that is the order in which they are handed the event. A coroutine is handed it now and begins later.",
        ),
        Reason(
            "calling a coroutine function runs none of it: it needs a turn of the loop",
            "the call makes a coroutine. Its first line runs on the loop's next turn, when emit has long returned.",
            holds=True,
        ),
        Reason(
            "an async function runs until its first await",
            "in JavaScript it does. In Python it does not begin until somebody awaits it or makes a task of it.",
        ),
    ),
    replies={
        "abcd": "That is JavaScript's answer: there an async function runs to its first await at once.",
        "abdc": "emit is no coroutine: it cannot wait for one.",
        "bacd": "The coroutine cannot begin inside emit: that would take a turn of the loop.",
    },
)

HOW_MUCH_RUNS = Question(
    name="how-much-runs",
    asks="pyee's plain EventEmitter calls an async listener like any function, and returns True. How much of it runs?",
    form=OneOf(("not a line", "everything up to its first await", "all of it, a little later")),
    answer=how_much_ran,
    expected="a",
    reasons=(
        Reason(
            "emit returned True, so the listener was called",
            "it was called, and that is all: the call made a coroutine, which was thrown away.",
        ),
        Reason(
            "the event loop runs whatever coroutine there is",
            "a loop knows tasks. A coroutine that nobody awaits and nobody made a task of is just an object.",
        ),
        Reason(
            "the call makes a coroutine object, and nobody awaits it",
            "a dropped coroutine never begins. Python warns of it, on stderr, if it comes to collect it.",
            holds=True,
        ),
    ),
    replies={
        "b": "In JavaScript it would have been that much.",
        "c": "Later than the emitter, there is nobody left who holds the coroutine.",
    },
)

WRAPPED = Question(
    name="wrapped",
    asks="A listener is a lambda around an async function. iscoroutinefunction says False of it. Does the bus run it?",
    form=OneOf(("no: it looks like a plain function, so its coroutine is dropped", "yes")),
    answer=what_is_run,
    expected="b",
    reasons=(
        Reason(
            "a bus has to know beforehand which of its listeners are coroutines",
            "it does not: it can look at what comes back.",
        ),
        Reason(
            "this bus looks at what a call returns, not at what the function is",
            "whatever returns something awaitable becomes a task. EventEmitter2 asks the function for its kind, and "
            "treats an async function differently from an arrow function around it.",
            holds=True,
        ),
        Reason(
            "Python unwraps lambdas",
            "it does not: the bus sees the lambda.",
        ),
    ),
    replies={"a": "It would be so in a bus that asks the function what it is."},
)

QUESTIONS = (DOES_FALSE_WAIT, WHO_LEARNS, WHICH_ORDER, HOW_MUCH_RUNS, WRAPPED)
