"""`largest-bound`: the largest concurrency limit at which Oracle rejects no call."""

from typing import Any

from eventdemo.core.wording import plural
from eventdemo.learn.exercise import Exercise, Feedback, failed, failed_delivery, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Trace

USERS = 40


def judge(limit: Any) -> Feedback:
    """Run the poll with this limit, and with the next larger one."""
    if not isinstance(limit, int) or limit < 1:
        return failed(f"The answer is a number, such as 8, not {limit!r}.")
    run = _poll(limit)
    if run.metrics.throttled:
        number = plural(run.metrics.throttled, "call")
        return failed(
            f"With a limit of {limit}, Oracle rate-limits {number}. This is one of them:", [failed_delivery(run)]
        )
    if not _poll(limit + 1).metrics.throttled:
        return failed(
            f"With a limit of {limit} Oracle accepts every call, but also with {limit + 1}: {limit} is not the largest."
        )
    time = run.metrics.last_listener_done
    return passed(
        f"With a limit of {limit} the poll takes {time:.1f} s, and Oracle accepts every call; with {limit + 1} it does "
        "not. Don't hard-code this number: try 80 users, or another seed."
    )


def _poll(limit: int) -> Trace:
    return simulate("fan-out", strategy=f"bounded:{limit}", users=USERS)


EXERCISE = Exercise(
    name="largest-bound",
    task="Find the largest concurrency limit at which Oracle accepts every call, for 40 employees. The judge runs it.",
    hole="limit = ...",
    answer="limit",
    judge=judge,
    hints=(
        "It is between 8 and 16. The row `rate-limited (HTTP 429)` of a comparison counts the rejected calls.",
        'simulate("fan-out", strategy=f"bounded:{n}", users=40).metrics.throttled is 0 if Oracle accepts every call.',
    ),
    solved="limit = 15",
    reasons="With at most 15 concurrent calls and Oracle's latency, fewer than 40 calls fall into one second. If "
    "Oracle answered faster, more would. So a concurrency limit is a bet on the latency; a queue can limit the rate "
    "itself.",
    wrong={
        "limit = 16": "With a limit of 16, Oracle rate-limits",
        "limit = 8": "but also with 9: 8 is not the largest",
        'limit = "bounded:15"': "The answer is a number",
    },
)
