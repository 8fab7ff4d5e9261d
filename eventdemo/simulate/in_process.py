"""Listeners of an instance's bus run in its process, wherever the event was emitted, so a kill takes them too.

Without this, a listener would belong to the code that emitted. After a kill it would go on, although the ledger has
its delivery as lost.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from typing import Any

from eventdemo.core.delivery import Delivery
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.runner import Runner
from eventdemo.instances.process import DiedError, Process, current_process, enter
from eventdemo.instances.stage import Stage

Launch = Callable[[Delivery], asyncio.Future[Any]]


def in_its_process(stage: Stage) -> Stage:
    """Return a stage whose listeners run in its process, and those of the stages that it starts in theirs."""
    for bus in (stage.bus, stage.inbox):
        runner = bus._eventdemo_bus.runner
        runner.launch = partial(_launch, runner, runner.launch, stage.process)  # type: ignore[method-assign]
    return replace(stage, start=lambda name: in_its_process(stage.start(name)))


def _launch(runner: Runner, launch: Launch, process: Process, delivery: Delivery) -> asyncio.Future[Any]:
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
