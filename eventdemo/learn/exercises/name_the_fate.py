"""`name-the-fate`: the fate of a delivery in five situations."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eventdemo.core.fates import Fate
from eventdemo.core.wording import did_you_mean
from eventdemo.learn.exercise import Exercise, Feedback, dictionary_cell, failed, passed
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
    """Simulate each situation, and compare with its ledger, without giving the right fate away."""
    if set(fates) != set(SITUATIONS):
        return failed(f"Name a fate for each of {', '.join(SITUATIONS)}.")
    meanings = {str(fate): fate.meaning for fate in Fate}
    for name, (scenario, conditions) in SITUATIONS.items():
        answer = str(fates[name])
        if answer not in meanings:
            return failed(
                f"“{name}”: there is no fate {answer!r}: {did_you_mean(answer, meanings, 'see the list above.')}"
            )
        if answer != fate_of(simulate(scenario, **conditions)):
            return failed(f"“{name}” is not {answer}, which means: {meanings[answer]}. Look at {scenario} again.")
    return passed(
        "All five are right. In the last one, the listener was done, and the call it had started failed later."
    )


def fate_of(run: Trace) -> Fate:
    """Return the first fate other than done, if there is one."""
    return next((fate for fate in run.ledger if fate is not Fate.DONE), Fate.DONE)


RIGHT = {
    "too early": "no-listener",
    "deployed": "cancelled-at-exit",
    "power cut": "lost-in-crash",
    "elsewhere": "other-instance",
    "floating": "done",
}
EXERCISE = Exercise(
    name="name-the-fate",
    task="How does a delivery end? (too early) A user logs in before the module that welcomes users has subscribed. "
    "(deployed) A deployment stops the server, which closes its event loop without draining the bus. (power cut) The "
    "process dies. (elsewhere) A name changes on one instance while another one has it in its cache. (floating) A "
    "listener calls Firebase without awaiting the call, and Firebase is down. Answer with names of fates, such as "
    '"done".',
    hole=dictionary_cell("fates", dict.fromkeys(SITUATIONS, ...)),
    answer="fates",
    judge=judge,
    hints=(
        "For each situation: was there a listener, did it begin, what ended it, and could it react?",
        "A loop that closes cancels its tasks, which can react. After a power cut no code runs. The last one returned.",
    ),
    solved=dictionary_cell("fates", RIGHT),
    reasons="The first four are lost in different places, so each needs a different fix: subscribe before you serve, "
    "drain before you exit, store jobs before you run them, broadcast to the other instances. The ledger cannot "
    "contain the last one: await the call.",
    wrong={
        dictionary_cell("fates", RIGHT | {"too early": "skipped"}): "“too early” is not skipped",
        dictionary_cell("fates", RIGHT | {"deployed": "lost-in-crash"}): "“deployed” is not lost-in-crash",
        dictionary_cell("fates", RIGHT | {"power cut": "cancelled-at-exit"}): "“power cut” is not cancelled-at-exit",
        dictionary_cell("fates", RIGHT | {"floating": "failed-unseen"}): "which means: it raised in a task",
        dictionary_cell("fates", RIGHT | {"too early": "no-listner"}): "did you mean 'no-listener'?",
    },
)
