"""A program of your own: an async function that takes nothing, the bus, or a stage, and what its claim is.

What it returns is its outcome. Its claim holds if it ends without an exception, and no delivery was lost unnoticed.
The listeners of a stage run in the stage's process, wherever the event was emitted, so a kill takes them too.
"""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from inspect import Parameter
from typing import Any, Literal

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Delivery
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.ledger import Ledger
from eventdemo.core.runner import Runner
from eventdemo.core.wording import plural
from eventdemo.instances.process import DiedError, Process, current_process, enter
from eventdemo.instances.stage import Stage
from eventdemo.simulate.import_program import BadProgramError, Main, checked, name_of
from eventdemo.simulate.outcome import Outcome
from eventdemo.trace.claim import Claim, claim_of

CLAIM = "the program ends without an exception, and loses no delivery"
UNNOTICED = (Fate.NEVER_AWAITED, Fate.LOST_IN_CRASH, Fate.OTHER_INSTANCE)
"""Losses that raise no error in the emitter, besides deliveries that are still running at the end."""


@dataclass(frozen=True, slots=True)
class OwnProgram:
    name: str
    main: Main
    claim: Claim
    takes: Literal["nothing", "bus", "stage"]

    @classmethod
    def of(cls, main: Main, name: str = "") -> "OwnProgram":
        return cls(name or name_of(checked(main)), main, claim_of(main, CLAIM), _what_it_takes(main))

    def call(self, function: Callable[..., Any], given: EventBus | Stage) -> Any:
        """Call the program or its check: with the bus or the stage if it takes one."""
        if self.takes == "nothing":
            return function()
        return function(given.bus if self.takes == "bus" and isinstance(given, Stage) else given)

    async def run(self, given: EventBus | Stage, ledger: Ledger) -> Outcome:
        """Run the program to its end, and return the outcome; whatever the program raises is raised."""
        return await self.outcome(await self.call(self.main, given), given, ledger)

    async def outcome(self, result: Any, given: EventBus | Stage, ledger: Ledger) -> Outcome:
        if self.claim.check is not None and result is None:
            result = self.call(self.claim.check, given)
            result = await result if inspect.isawaitable(result) else result
        words, kept = self._in_words(result)
        problems = [*_problems(ledger)] if self.claim.ledger else []
        if problems and words == self.claim.sentence:
            return Outcome("; ".join(problems), kept=False)
        return Outcome("; ".join([words, *problems]), kept=kept and not problems)

    def _in_words(self, result: Any) -> tuple[str, bool]:
        """Return the program's own outcome in words, and whether it agrees with the claim."""
        sentence = self.claim.sentence
        if sentence == CLAIM:
            return "it ended" if result is None else str(result), True
        if result is None or result is True:
            return sentence, True
        return f"it is not true that {sentence}" if result is False else str(result), str(result) == sentence

    def buses(self) -> list[EventBus]:
        """Return the buses that the program's module has made before the run."""
        return [value for value in self.main.__globals__.values() if isinstance(value, EventBus)]


def _what_it_takes(main: Main) -> Literal["nothing", "bus", "stage"]:
    parameters = inspect.signature(main).parameters.values()
    variadic = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    required = [each for each in parameters if each.default is each.empty and each.kind not in variadic]
    if not required:
        return "nothing"
    if len(required) > 1 or (taken := _what_it_is(required[0])) is None:
        names = ", ".join(each.name for each in required)
        raise BadProgramError(
            f"A program takes nothing, a bus or a stage, but {main.__name__} takes {names}: call it in another "
            "function."
        )
    return taken


def _what_it_is(parameter: Parameter) -> Literal["bus", "stage"] | None:
    """Return what a parameter is given: a bus, unless its annotation or its kind says that it is something else."""
    if parameter.annotation in (Stage, "Stage") or parameter.name == "stage":
        return "stage"
    kind = parameter.annotation
    named = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))
    is_bus = kind in (Parameter.empty, Any, object) or "Bus" in named or "Emitter" in named
    return "bus" if is_bus and parameter.kind is not Parameter.KEYWORD_ONLY else None


def _problems(ledger: Ledger) -> Iterator[str]:
    lost = ledger.deliveries - sum(ledger.fates.values()) + sum(ledger.fates[fate] for fate in UNNOTICED)
    if lost:
        yield f"{plural(lost, 'delivery', 'deliveries')} lost"
    if unseen := ledger.fates[Fate.FAILED_UNSEEN]:
        yield f"the error of {plural(unseen, 'delivery', 'deliveries')} lost"


def in_its_process(stage: Stage) -> Stage:
    """Return a stage whose listeners run in its process, and those of the stages that it starts in theirs.

    Without this, a listener would belong to the code that emitted. After a kill it would go on, although the ledger has
    its delivery as lost.
    """
    for bus in (stage.bus, stage.inbox):
        runner = bus._eventdemo_bus.runner
        runner.launch = partial(_launch, runner, runner.launch, stage.process)  # type: ignore[method-assign]
    return replace(stage, start=lambda name: in_its_process(stage.start(name)))


def _launch(
    runner: Runner, launch: Callable[[Delivery], asyncio.Future[Any]], process: Process, delivery: Delivery
) -> asyncio.Future[Any]:
    """Start a listener; if its emitter is outside of the process, a kill ends the emitter's wait for it."""
    if current_process() is process:
        return launch(delivery)
    if not process.alive:
        delivery.end(LostError(Fate.LOST_IN_CRASH))
        raise DiedError(f"{process.name} is dead.")
    context = copy_context()
    context.run(enter, process)
    task = context.run(launch, delivery)
    answer = process.answer_of(task)
    runner.tasks[answer] = runner.tasks.pop(task)
    return answer
