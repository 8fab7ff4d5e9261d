"""`share-the-bound`: how many places each of four instances may have before Oracle refuses somebody."""

from typing import Any

from eventdemo.core.wording import plural
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import Excerpt, about
from eventdemo.trace.record import Trace

INSTANCES, USERS = 4, 40


def judge(places: Any) -> Feedback:
    """Run the poll on four instances with that many places each, and with one more."""
    if not isinstance(places, int) or places < 1:
        return failed(f"The answer is a number of places for each instance, such as 8, not {places!r}.")
    run = _poll(places)
    if run.metrics.throttled:
        number = plural(run.metrics.throttled, "call")
        told = f"{INSTANCES} instances with {places} places each: Oracle refuses {number}. This is one of the refused:"
        return failed(told, [_refused(run)])
    if not _poll(places + 1).metrics.throttled:
        return failed(f"Nobody is refused with {places} places each, but neither with {places + 1}.")
    return passed(
        f"{places} places each. If a fifth instance is started at noon, that is one instance too many: a bound that "
        "everybody shares has to be kept where everybody can see it."
    )


def _poll(places: int) -> Trace:
    return simulate("fan-out", strategy=f"bounded:{places}", users=USERS, instances=INSTANCES)


def _refused(run: Trace) -> Excerpt:
    return about(run, next(span.subject for span in run.spans if span.fate and span.fate.verdict == "failed"))


EXERCISE = Exercise(
    name="share-the-bound",
    task="Four instances poll forty employees. What is the largest number of places for each with which Oracle refuses "
    "nobody? Judged by running it.",
    hole="places = ...",
    answer="places",
    judge=judge,
    hints=(
        "For one instance it was 15. They do not know of each other.",
        "15 divided by 4, and then try.",
    ),
    solved="places = 3",
    reasons="Together that is about what one instance may have. But it is a number about the whole written into each "
    "part: whoever scales up has to remember it. With a leader only one polls; a queue has one limit for all.",
    wrong=(
        Wrong("places = 15", "4 instances with 15 places each: Oracle refuses"),
        Wrong("places = 1", "neither with 2"),
        Wrong('places = "bounded:3"', "The answer is a number of places for each instance"),
    ),
)
