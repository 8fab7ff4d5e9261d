"""`name-the-fate`: five situations, and how a delivery ends in each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventdemo.core.fates import Fate
from eventdemo.learn.exercise import Exercise, Feedback, Wrong, failed, passed
from eventdemo.simulate import simulate
from eventdemo.trace.record import Trace

SITUATIONS: Mapping[str, tuple[str, dict[str, Any]]] = MappingProxyType(
    {
        "too early": ("boot-race", {"users": 2}),
        "deployed": ("logout", {"users": 2, "drain": False}),
        "power cut": ("logout", {"users": 2, "crashes": ("A@0.08",)}),
        "elsewhere": ("lifecycle", {"users": 1, "instances": 2}),
        "floating": ("floating-call", {"users": 2}),
    }
)


def judge(fates: Mapping[str, Any]) -> Feedback:
    """Play each situation, and look into its ledger."""
    if set(fates) != set(SITUATIONS):
        return failed(f"The answer names a fate for each of {', '.join(SITUATIONS)}.")
    for name, (scenario, conditions) in SITUATIONS.items():
        run = simulate(scenario, **conditions)
        if (ended := fate_of(run)) != str(fates[name]):
            told = f"“{name}”: you said {fates[name]}, the books of {scenario} say {ended}: {ended.meaning}."
            return failed(told, [run])
    return passed("All five. Mind the last one: the listener was done, and what it had started failed afterwards.")


def fate_of(run: Trace) -> Fate:
    """Return how the deliveries ended that are not simply done."""
    return next((fate for fate in run.ledger if fate is not Fate.DONE), Fate.DONE)


_HOLE = """
fates = {{
    "too early": {},
    "deployed": {},
    "power cut": {},
    "elsewhere": {},
    "floating": {},
}}
"""


def _cell(*names: str) -> str:
    return _HOLE.format(*(f'"{name}"' if name else "..." for name in names))


EXERCISE = Exercise(
    name="name-the-fate",
    task="How does a delivery end? (too early) Somebody logs in while the module that welcomes people is still "
    "starting. (deployed) The process is asked to end, and does so at once. (power cut) It just stops. (elsewhere) A "
    "name changes on one instance, and another one has it in a cache. (floating) A listener calls Firebase without "
    'awaiting the call; Firebase is down. Answer with names of fates, such as "done".',
    hole=_cell("", "", "", "", ""),
    answer="fates",
    judge=judge,
    hints=(
        "Ask of each: was there a listener? Did it begin? Who ended it, and could it notice?",
        "An exit cancels, which a listener can notice; a power cut is noticed by nobody. The last listener returned.",
    ),
    solved=_cell("no-listener", "cancelled-at-exit", "lost-in-crash", "other-instance", "done"),
    reasons="The first four are lost, each at another place, so each needs another repair: subscribe before you serve, "
    "drain before you exit, write down before you work, tell the others. The last one is in no book at all: await it.",
    wrong=(
        Wrong(
            _cell("skipped", "cancelled-at-exit", "lost-in-crash", "other-instance", "done"),
            "“too early”: you said skipped, the books of boot-race say no-listener",
        ),
        Wrong(
            _cell("no-listener", "lost-in-crash", "lost-in-crash", "other-instance", "done"),
            "“deployed”: you said lost-in-crash, the books of logout say cancelled-at-exit",
        ),
        Wrong(
            _cell("no-listener", "cancelled-at-exit", "cancelled-at-exit", "other-instance", "done"),
            "“power cut”: you said cancelled-at-exit, the books of logout say lost-in-crash",
        ),
        Wrong(
            _cell("no-listener", "cancelled-at-exit", "lost-in-crash", "other-instance", "failed-unseen"),
            "“floating”: you said failed-unseen, the books of floating-call say done",
        ),
    ),
)
