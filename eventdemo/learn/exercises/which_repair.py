"""`which-repair`: three wishes of a backend on three instances, and the repair that grants each."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from eventdemo.core.fates import Fate
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Trace

USERS = 6
DUE = 18
"""Deliveries of one poll by one instance."""


def one_poll(repair: str) -> tuple[str, Trace]:
    """Poll on a calm day; complain if more than one instance went through the employees."""
    run = simulate("fan-out", users=USERS, instances=3, repairs=repair)
    told = f"the poll makes {run.deliveries} deliveries, where one instance alone makes {DUE}"
    return (told if run.deliveries > DUE else ""), run


def nothing_twice(repair: str) -> tuple[str, Trace]:
    """Kill an instance during the poll; complain if something was done twice or not at all."""
    run = simulate("fan-out", users=USERS, instances=3, repairs=repair, crashes=("A@0.5",))
    done = run.ledger.get(Fate.DONE, 0)
    return (f"A is killed, and in the end {done} deliveries are done, not {DUE}" if done != DUE else ""), run


def right_names(repair: str) -> tuple[str, Trace]:
    """Change users here and there; complain of caches that are out of date."""
    run = simulate("lifecycle", users=USERS, instances=3, repairs=repair)
    return next((check.found for check in run.checks if not check.holds), ""), run


WISHES: Mapping[str, Callable[[str], tuple[str, Trace]]] = MappingProxyType(
    {"one poll": one_poll, "nothing twice": nothing_twice, "right names": right_names}
)


def judge(repairs: Mapping[str, Any]) -> Feedback:
    """Grant each wish with its repair, and see."""
    if set(repairs) != set(WISHES):
        return failed(f"The answer names a repair for each of {', '.join(WISHES)}.")
    for wish, play in WISHES.items():
        complaint, run = play(repairs[wish])
        if complaint:
            return failed(f"“{wish}” with {repairs[wish]}: {complaint}.", [run])
    return passed("All three. None of them grants another's wish, and each has its price.")


_HOLE = """
repairs = {{
    "one poll": {},
    "nothing twice": {},
    "right names": {},
}}
"""


def _cell(*names: str) -> str:
    return _HOLE.format(*(f'"{name}"' if name else "..." for name in names))


EXERCISE = Exercise(
    name="which-repair",
    task="Three instances. (one poll) The poll goes through the employees once, not three times. (nothing twice) "
    "Instance A is killed during the poll, and in the end each delivery is done exactly once. (right names) No cached "
    "name is out of date. Answer with leader-lock, idempotency-key or broadcast.",
    hole=_cell("", "", ""),
    answer="repairs",
    judge=judge,
    hints=(
        "One of them decides who does the job, one who does a delivery, one who hears of an event.",
        "A new leader begins the job from its start. A key knows of each delivery whether it was done.",
    ),
    solved=_cell("leader-lock", "idempotency-key", "broadcast"),
    reasons="The lock saves the work of two, and pays with a wait and some repetition when the leader dies. Keys keep "
    "every delivery from being repeated, and pay with three polls and a write for each delivery. A broadcast pays with "
    "a message to everybody for each event, and a moment in which they differ.",
    wrong=(
        Wrong(
            _cell("idempotency-key", "leader-lock", "broadcast"),
            "“one poll” with idempotency-key: the poll makes 54 deliveries",
        ),
        Wrong(
            _cell("leader-lock", "leader-lock", "broadcast"),
            "“nothing twice” with leader-lock: A is killed, and in the end",
        ),
        Wrong(
            _cell("leader-lock", "idempotency-key", "leader-lock"),
            "“right names” with leader-lock: 5 cached names are out of date",
        ),
        Wrong(_cell("lock", "key", "bus"), "There is no repair 'lock'"),
    ),
)
