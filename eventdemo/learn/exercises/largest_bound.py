"""`largest-bound`: how many listeners may run at a time before Oracle refuses somebody."""

from typing import Any

from eventdemo.core.wording import plural
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import Excerpt, about
from eventdemo.trace.record import Trace

USERS = 40


def judge(places: Any) -> Feedback:
    """Run the poll with that many places, and with one more."""
    if not isinstance(places, int) or places < 1:
        return failed(f"The answer is a number of places, such as 8, not {places!r}.")
    run = _poll(places)
    if run.metrics.throttled:
        number = plural(run.metrics.throttled, "call")
        return failed(f"With {places} places Oracle refuses {number}. This is one of the refused:", [_refused(run)])
    if not _poll(places + 1).metrics.throttled:
        return failed(
            f"Nobody is refused with {places} places, but neither with {places + 1}: this is not the largest."
        )
    time = run.metrics.last_listener_done
    return passed(
        f"{places} places: the poll takes {time:.1f} s and nobody is refused; with {places + 1} somebody is. It is no "
        "number to write into a program: try 80 users, or another seed."
    )


def _poll(places: int) -> Trace:
    return simulate("fan-out", strategy=f"bounded:{places}", users=USERS)


def _refused(run: Trace) -> Excerpt:
    return about(run, next(span.subject for span in run.spans if span.fate and span.fate.verdict == "failed"))


EXERCISE = Exercise(
    name="largest-bound",
    task="Find the largest number of places with which Oracle refuses nobody, for 40 employees. Judged by running it.",
    hole="places = ...",
    answer="places",
    judge=judge,
    hints=(
        "Somewhere between 8 and 16. The row `answered 429` of a comparison counts the refusals.",
        'simulate("fan-out", strategy=f"bounded:{n}", users=40).metrics.throttled is 0 as long as nobody is refused.',
    ),
    solved="places = 15",
    reasons="With at most 15 calls under way, and at the speed at which Oracle answers, fewer than 40 fall into one "
    "second. If it answered faster, more would: a bound that is right today is a bet on a latency. Queues can limit "
    "the rate itself.",
    wrong=(
        Wrong("places = 16", "With 16 places Oracle refuses"),
        Wrong("places = 8", "neither with 9: this is not the largest"),
        Wrong('places = "bounded:15"', "The answer is a number of places"),
    ),
)
