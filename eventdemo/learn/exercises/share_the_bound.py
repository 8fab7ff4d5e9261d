"""`share-the-bound`: the largest concurrency limit for each of four instances at which Oracle rejects no call."""

from typing import Any

from eventdemo.core.wording import plural
from eventdemo.learn.exercise import Exercise, Feedback, failed, failed_delivery, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Trace

INSTANCES, USERS = 4, 40


def judge(limit: Any) -> Feedback:
    """Run the poll on four instances with this limit each, and with the next larger one."""
    if not isinstance(limit, int) or limit < 1:
        return failed(f"The answer is a limit for each instance, such as 8, not {limit!r}.")
    run = _poll(limit)
    if run.metrics.throttled:
        number = plural(run.metrics.throttled, "call")
        words = f"{INSTANCES} instances with a limit of {limit} each: Oracle rate-limits {number}. This is one of them:"
        return failed(words, [failed_delivery(run)])
    if not _poll(limit + 1).metrics.throttled:
        return failed(f"With a limit of {limit} each Oracle accepts every call, but also with {limit + 1}.")
    return passed(
        f"A limit of {limit} each. But a fifth instance would exceed the rate limit: a limit for all instances "
        "together must be kept in a place that they share."
    )


def _poll(limit: int) -> Trace:
    return simulate("fan-out", strategy=f"bounded:{limit}", users=USERS, instances=INSTANCES)


EXERCISE = Exercise(
    name="share-the-bound",
    task="Four instances poll forty employees. What is the largest concurrency limit for each at which Oracle accepts "
    "every call? The judge runs it.",
    hole="limit = ...",
    answer="limit",
    judge=judge,
    hints=("For one instance it was 15. The instances do not coordinate.", "Divide 15 by 4, then try the result."),
    solved="limit = 3",
    reasons="Together that is about the limit of one instance. But each instance now contains a number that depends on "
    "how many there are, so you have to change it when you scale. With a leader only one instance polls; a queue has "
    "a global rate limit.",
    wrong={
        "limit = 15": "4 instances with a limit of 15 each: Oracle rate-limits",
        "limit = 1": "but also with 2",
        'limit = "bounded:3"': "The answer is a limit for each instance",
    },
)
