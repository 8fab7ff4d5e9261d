"""The questions of `02_the_async_flag`: what waits, where errors go, in which order, and what runs at all."""

from collections.abc import Sequence

from eventdemo.core.fates import Fate
from eventdemo.learn.forms import OneOf, OrderOf, SomeOf
from eventdemo.learn.prediction import Question
from eventdemo.trace.record import Trace

FLAGS = ("false", "throw", "true", "true-throw")
LINES = OrderOf(("coroutine begins", "plain function runs", "emit returned", "coroutine ends"))


def whether_it_waits(trace: Trace) -> str:
    """Compare the ends of the emits with the ends of their listeners."""
    emits = [span for span in trace.spans if span.kind == "emit"]
    return "b" if all(span.end >= each.end for span in emits for each in trace.children(span)) else "a"


def whose_emitter_received_the_error(runs: Sequence[Trace]) -> str:
    return "".join(key for key, trace in zip("abcd", runs, strict=True) if trace.ledger.get(Fate.FAILED_SEEN))


def how_much_ran(trace: Trace) -> str:
    """Return whether the listeners began, and whether they finished."""
    listeners = [span for span in trace.spans if span.kind == "listener"]
    if all(span.start is None for span in listeners):
        return "a"
    return "c" if all(span.fate is Fate.DONE for span in listeners) else "b"


def what_is_run(lines: Sequence[str]) -> str:
    return "b" if "the wrapped one ran" in lines else "a"


DOES_FALSE_WAIT = Question(
    name="does-false-wait",
    asks="An async handler has the option { async: false }, and the emitter awaits emitAsync. When does it continue?",
    form=OneOf(("immediately, before the handler has finished", "when the handler has finished")),
    answer=whether_it_waits,
    expected="b",
    because=2,
    reasons={
        "the article says so: with false, the returned promise is not awaited": (
            "it does say so, but we measured 15 versions of the library, and none behaves like that."
        ),
        "emitAsync collects what listeners return, and waits for each promise among them": (
            "emitAsync awaits every promise that a handler returns. If the flag is true, the call is deferred, so "
            "there is no promise to collect yet."
        ),
        "the word says so: false means synchronous, and synchronous code blocks": (
            "nothing blocks: other requests continue. Only this caller waits."
        ),
    },
    replies={"a": "That is what the article says."},
)

WHO_LEARNS = Question(
    name="who-learns",
    asks="Oracle fails occasionally. With which options does the emitter receive the error?",
    form=SomeOf(
        ("{ async: false }", "{ suppressErrors: false }", "{ async: true }", "{ async: true, suppressErrors: false }")
    ),
    answer=whose_emitter_received_the_error,
    expected="b",
    because=2,
    reasons={
        "an emitter that waits for a listener also receives its error": (
            "waiting is not enough: with { async: false } the emitter waited, but the wrapper logged and swallowed the "
            "error."
        ),
        "the emitter has to wait, and the wrapper has to let the error through": (
            "both are necessary. If the handler is deferred, the emitter does not wait; if the wrapper swallows the "
            "error, the emitter gets none."
        ),
        "suppressErrors: false lets every error through, so the emitter gets it": (
            "if the emitter does not wait, it becomes an unhandledRejection, which ends a Node process by default."
        ),
    },
    replies={
        "ab": "With { async: false } alone the emitter waits, but the wrapper swallows the error.",
        "bd": "With { async: true } the emitter does not wait, so the error comes too late.",
        "abcd": "Since version 2.0.1, errors only go to the log by default.",
    },
)

WHICH_ORDER = Question(
    name="which-order",
    asks="A coroutine listener is registered first, a plain function second. Then emit is called. What is the order?",
    form=LINES,
    answer=LINES.of,
    expected="bcad",
    because=2,
    reasons={
        "listeners run in the order of their registration": (
            "they receive the event in that order, but a coroutine begins later."
        ),
        "calling a coroutine function runs none of its code: the event loop runs it later": (
            "the call creates a coroutine. Its first line runs on the next turn of the event loop, after emit returned."
        ),
        "an async function runs until its first await": (
            "in JavaScript it does. In Python it begins only when it is awaited or becomes a task."
        ),
    },
    replies={
        "abcd": "That is JavaScript's order: there an async function immediately runs to its first await.",
        "abdc": "emit is not a coroutine, so it cannot wait for one.",
        "bacd": "The coroutine cannot begin inside emit, because it needs a turn of the event loop.",
    },
)

HOW_MUCH_RUNS = Question(
    name="how-much-runs",
    asks="pyee's plain EventEmitter calls an async listener like any function, and returns True. How much of it runs?",
    form=OneOf(("nothing", "everything up to its first await", "all of it, a little later")),
    answer=how_much_ran,
    expected="a",
    because=3,
    reasons={
        "emit returned True, so the listener was called": (
            "it was called, but the call only created a coroutine, which was discarded."
        ),
        "the event loop runs every coroutine": (
            "an event loop runs tasks. A coroutine that is neither awaited nor a task is just an object."
        ),
        "the call creates a coroutine object, which no code awaits": (
            "a dropped coroutine never begins. Python prints a warning on stderr when it collects the object."
        ),
    },
    replies={"b": "In JavaScript it would be that much.", "c": "After emit, no code has a reference to the coroutine."},
)

WRAPPED = Question(
    name="wrapped",
    asks="A listener is a lambda around an async function, so iscoroutinefunction returns False. Does the bus run it?",
    form=OneOf(("no: it looks like a plain function, so its coroutine is dropped", "yes")),
    answer=what_is_run,
    expected="b",
    because=2,
    reasons={
        "a bus must know in advance which listeners are coroutines": "it does not: it can check what a call returns.",
        "this bus checks what a call returns, not what the function is": (
            "every awaitable result becomes a task. With { async: true }, EventEmitter2 checks the kind of the "
            "function, so it treats an async function differently from an arrow function around it."
        ),
        "Python unwraps lambdas": "it does not: the bus only has the lambda.",
    },
    replies={"a": "That would be true for a bus that checks the function."},
)

QUESTIONS = (DOES_FALSE_WAIT, WHO_LEARNS, WHICH_ORDER, HOW_MUCH_RUNS, WRAPPED)
