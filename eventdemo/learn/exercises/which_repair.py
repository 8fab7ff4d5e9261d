"""`which-repair`: three requirements of a backend on three instances, and the repair that meets each."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from eventdemo.core.fates import Fate
from eventdemo.learn.exercise import Exercise, Feedback, dictionary_cell, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Trace

USERS = 6
DUE = 18
"""Deliveries of one poll by one instance."""


def one_poll(repair: str) -> tuple[str, Trace]:
    """Poll without faults, and report if more than one instance polled the employees."""
    run = simulate("fan-out", users=USERS, instances=3, repairs=repair)
    words = f"the poll makes {run.deliveries} deliveries, but one instance alone makes {DUE}"
    return (words if run.deliveries > DUE else ""), run


def nothing_twice(repair: str) -> tuple[str, Trace]:
    """Kill an instance during the poll, and report deliveries that were done twice or never."""
    run = simulate("fan-out", users=USERS, instances=3, repairs=repair, crashes=("A@0.5",))
    done = run.ledger.get(Fate.DONE, 0)
    return (f"A is killed, and eventually {done} deliveries are done, not {DUE}" if done != DUE else ""), run


def right_names(repair: str) -> tuple[str, Trace]:
    """Change users on several instances, and report outdated caches."""
    run = simulate("lifecycle", users=USERS, instances=3, repairs=repair)
    return next((check.found for check in run.checks if not check.holds), ""), run


REQUIREMENTS: Mapping[str, Callable[[str], tuple[str, Trace]]] = MappingProxyType(
    {"one poll": one_poll, "nothing twice": nothing_twice, "right names": right_names}
)


def judge(repairs: Mapping[str, Any]) -> Feedback:
    """Run each requirement with the chosen repair."""
    if set(repairs) != set(REQUIREMENTS):
        return failed(f"Name a repair for each of {', '.join(REQUIREMENTS)}.")
    for requirement, run_with in REQUIREMENTS.items():
        if not isinstance(repairs[requirement], str):
            return failed(f"“{requirement}”: answer with the name of one repair, not {repairs[requirement]!r}.")
        complaint, run = run_with(repairs[requirement])
        if complaint:
            return failed(f"“{requirement}” with {repairs[requirement]}: {complaint}.", [run])
    return passed("All three are right. No repair meets another requirement, and each has a cost.")


RIGHT = {"one poll": "leader-lock", "nothing twice": "idempotency-key", "right names": "broadcast"}

EXERCISE = Exercise(
    name="which-repair",
    task="There are three instances. (one poll) They poll the employees once, not three times. (nothing twice) "
    "Instance A is killed during the poll, and each delivery is eventually recorded as done, once. (right names) No "
    "cached name is out of date. Answer with leader-lock, idempotency-key or broadcast.",
    hole=dictionary_cell("repairs", dict.fromkeys(REQUIREMENTS, ...)),
    answer="repairs",
    judge=judge,
    hints=(
        "One decides which instance runs a job, one which instance runs a delivery, one where an event is delivered.",
        "A new leader restarts the job. A key records for each delivery whether it was done.",
    ),
    solved=dictionary_cell("repairs", RIGHT),
    reasons="The lock saves the work of two instances, but if the leader dies, the others wait and repeat some work. "
    "Keys repeat only what was interrupted, but cost three polls and a write for each delivery. Neither gives exactly "
    "once: a listener that is killed after its call makes that call again. A broadcast costs a message to every "
    "instance for each event, and the caches differ until it arrives.",
    wrong={
        dictionary_cell("repairs", RIGHT | {"one poll": "idempotency-key"}): "the poll makes 54 deliveries",
        dictionary_cell("repairs", RIGHT | {"nothing twice": "leader-lock"}): "A is killed, and eventually",
        dictionary_cell("repairs", RIGHT | {"right names": "leader-lock"}): "5 cached names are out of date",
        dictionary_cell("repairs", RIGHT | {"one poll": "lock"}): "Unknown repair 'lock'",
        """
repairs = {
    "one poll": "leader-lock",
    "nothing twice": ["leader-lock", "idempotency-key"],
    "right names": "broadcast",
}
""": "answer with the name of one repair",
    },
)
