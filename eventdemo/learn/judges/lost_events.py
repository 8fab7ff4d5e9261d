"""The judges of the exercises of `lost_events`."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.events import UnknownEventError
from eventdemo.core.fates import Fate
from eventdemo.core.wording import did_you_mean
from eventdemo.learn.fate_examples import play
from eventdemo.learn.judging import WrongAnswerError, reject, require
from eventdemo.simulate import simulate
from eventdemo.trace.record import Span, Trace

run_of = cache(simulate)
SITUATIONS: Mapping[str, "partial[Trace]"] = {
    "too early": partial(run_of, "boot-race", users=2),
    "deployed": partial(run_of, "logout", users=2, drain=False),
    "power cut": partial(run_of, "logout", users=2, crashes=("A@0.08",)),
    "elsewhere": partial(run_of, "lifecycle", users=1, instances=2),
    "floating": partial(run_of, "floating-call", users=2),
}


def name_the_fate(fates: Mapping[str, Any]) -> str:
    """Simulate each situation, and compare with its ledger, without giving the right fate away."""
    require(set(fates) == set(SITUATIONS), f"Name a fate for each of {', '.join(SITUATIONS)}.")
    meanings = {str(fate): fate.meaning for fate in Fate}
    for name, run_situation in SITUATIONS.items():
        if not isinstance(fates[name], str):
            reject(f'“{name}”: a fate is a text, such as "skipped", not {fates[name]!r}.')
        answer = str(fates[name])
        if answer not in meanings:
            hint = did_you_mean(answer, meanings, "see the list above.")
            reject(f"“{name}”: there is no fate {answer!r}: {hint}")
        draw = f"Draw it: picture({as_call(run_situation)})."
        if answer != fate_of(run_situation()):
            reject(f"“{name}” is not {answer}, which means: {meanings[answer]}. {draw}")
    return "All five are right. In the last one, the listener was done, and the call it had started failed later."


def as_call(run: "partial[Trace]") -> str:
    """Return how a notebook runs a situation: `simulate("logout", users=2)`."""
    settings = ", ".join(f"{name}={value!r}" for name, value in run.keywords.items())
    return f'simulate("{run.args[0]}", {settings})'


def fate_of(run: Trace) -> Fate:
    """Return the first fate other than done, if there is one."""
    return next((fate for fate in run.ledger if fate is not Fate.DONE), Fate.DONE)


RUNS: Sequence[Callable[[], Trace]] = (
    partial(run_of, "logout", users=4, crashes=("A@0.2",)),
    partial(run_of, "lifecycle", users=3, instances=2),
    partial(run_of, "wildcard-miss", users=2),
)


def compute_the_ledger(compute_ledger: Callable[[Sequence[Span]], Any]) -> str:
    """Compare the computed ledgers of three runs with the real ones."""
    for make_run in RUNS:
        run = make_run()
        answer = compute_ledger(run.spans)
        if not isinstance(answer, Mapping):
            reject(f"Return a dictionary with the number for each fate, not {answer!r}.")
        yours = {fate: number for fate, number in answer.items() if number}
        if None in yours:
            counted = f"Your ledger of {run.scenario} counts {yours[None]} spans without a fate"
            reject(f"{counted}: calls, and emits with listeners.")
        if yours != run.ledger:
            total = sum(yours.values())
            wrong = "The total is right, but the fates are wrong."
            if total != run.deliveries:
                wrong = "Some are missing." if total < run.deliveries else "Some spans are not deliveries."
            reject(f"{run.scenario} made {run.deliveries} deliveries, and your ledger has {total}. {wrong}", run)
    return "All three ledgers are right, including the events without a listener."


RIGHT, WRONG = "auth.logout", "auth.logot"


def refuse_the_typo(make_bus: Callable[[], Any]) -> str:
    """Emit an event with the right name and with a misspelt one."""
    bus = make_bus()
    require(isinstance(bus, EventBus), f"make_bus returns an EventBus, not {bus!r}.")
    logged_out, handled = list[object](), list[bool]()

    async def log_out_twice(bus: EventBus) -> None:
        bus.on(RIGHT, logged_out.append)
        bus.emit(RIGHT, {"user_id": 7})
        handled.append(bus.emit(WRONG, {"user_id": 8}))

    try:
        play(log_out_twice, lambda _: bus)
    except UnknownEventError as error:
        require(logged_out, f"The right name was rejected, too: {error}")
        return f"The misspelt name was rejected: {error}"
    if handled == [True]:
        reject("emit returned True, but user 8 is still logged in: a listener for every event hides the mistake.")
    raise WrongAnswerError("The bus accepted the misspelt name, and no code checked that emit returned False.")
