"""A program of your own in the simulator: once on one instance, or once on each instance of a cluster."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from eventdemo.core.delivery import Observer
from eventdemo.instances.process import DiedError
from eventdemo.instances.stage import Stage
from eventdemo.simulate.chaos import Chaos
from eventdemo.simulate.cluster import Cluster
from eventdemo.simulate.deadlock import StepLimitError
from eventdemo.simulate.import_program import Main, load
from eventdemo.simulate.in_process import in_its_process
from eventdemo.simulate.metrics import Stopwatch
from eventdemo.simulate.outbox import start_worker
from eventdemo.simulate.outcome import Outcome, failure_of, result_or_failure
from eventdemo.simulate.own_buses import own_buses_observed
from eventdemo.simulate.own_program import OwnProgram
from eventdemo.simulate.program import Checks, Program, all_quiet, bus_on_testbed
from eventdemo.simulate.scenario import USERS
from eventdemo.simulate.scenarios import UnknownVariantError, check_together
from eventdemo.simulate.sqlite_locks import sqlite_never_blocks
from eventdemo.simulate.strategies import check_strategy, runner, slots_in_the_outbox
from eventdemo.simulate.testbed import Testbed, steady
from eventdemo.trace.conditions import Conditions, ConditionsError
from eventdemo.trace.record import Check

STEP_LIMIT = 200_000
"""A program that takes more turns of the loop than this is taken for one that never ends."""


def program_of_function(given: str | Main, strategy: str, variant: str, conditions: Conditions) -> Program:
    """Return the program of an async function, or of its name such as `shop.py:checkout`."""
    own = OwnProgram.of(load(given), given) if isinstance(given, str) else OwnProgram.of(given)
    if variant:
        raise UnknownVariantError(f"{own.name} has no variants: only pitfalls have.")
    check_strategy(strategy)
    if own.takes == "stage":
        if "leader-lock" in conditions.repairs:
            raise ConditionsError(
                f"leader-lock lets one instance run each scheduled job, and {own.name} has no scheduled jobs: omit it."
            )
        check_together(strategy, conditions)
    else:
        _check_without_a_stage(own, strategy, conditions)
    run = _on_one_instance if conditions.one_quiet_instance else partial(_on_a_cluster, conditions)
    bus = bus_on_testbed(conditions.strategy(strategy), keys="idempotency-key" in conditions.repairs, strict=False)
    return Program(
        own.name,
        USERS if own.takes == "stage" else 0,
        "",
        bus,
        partial(run, own, strategy),
        lambda _: steady,
        when_stuck=partial(_when_stuck, own),
        step_limit=STEP_LIMIT,
    )


def _check_without_a_stage(own: OwnProgram, strategy: str, conditions: Conditions) -> None:
    """Reject what only a stage has."""
    advice = "Let it take one, `stage: Stage`, from eventdemo.instances."
    if options := [option for option in conditions.options() if option.startswith("--")]:
        raise ConditionsError(
            f"{own.name} takes no Stage, so it has no instances to kill, no fake services and nothing to fix: "
            f"omit {', '.join(options)}. {advice}"
        )
    if slots_in_the_outbox(strategy) is not None:
        raise ConditionsError(f"{own.name} takes no Stage, so it has no database for an outbox. {advice}")


def _when_stuck(own: OwnProgram, error: BaseException) -> Checks:
    """Return the outcome of a program that is in a deadlock or breaks an invariant; one without an end has none."""
    if isinstance(error, StepLimitError):
        raise error
    return _checks(own, failure_of(error))


def _checks(own: OwnProgram, outcome: Outcome) -> Checks:
    return (Check(claim=own.claim.sentence, holds=outcome.kept, found=outcome),)


async def _on_one_instance(own: OwnProgram, strategy: str, testbed: Testbed, _: int) -> Checks:
    stage = in_its_process(testbed.start("A"))
    with _observed(own, strategy, stage, testbed), sqlite_never_blocks():
        result = await result_or_failure(own.call(own.main, stage))
        if own.takes == "stage":
            for each in (*testbed.alive.values(),):
                await each.bus.drain()
        outcome = await _outcome(own, result, stage, testbed)
        await _cancel_what_is_left()
    return _checks(own, outcome)


def _observed(own: OwnProgram, strategy: str, stage: Stage, testbed: Testbed) -> AbstractContextManager[None]:
    """Observe the buses that the program makes; one that takes a stage uses the stage's."""
    if own.takes == "stage":
        start_worker(stage)
        return nullcontext()
    return own_buses_observed(stage.bus, own.buses(), runner(strategy), partial(_own_stopwatch, testbed))


async def _outcome(own: OwnProgram, result: Any, stage: Stage, testbed: Testbed) -> Outcome:
    if isinstance(result, Outcome):
        return result
    checked = await result_or_failure(own.outcome(result, stage, testbed.probes.ledger))
    assert isinstance(checked, Outcome)
    return checked


async def _cancel_what_is_left() -> None:
    """Cancel the tasks that the program leaves running, as `asyncio.run` does."""
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in sorted(left, key=lambda task: getattr(task, "number", 0)):
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _own_stopwatch(testbed: Testbed, observer: Observer) -> Observer:
    """Return a stopwatch for another bus, because it measures one; other observers are for all buses."""
    if not isinstance(observer, Stopwatch):
        return observer
    testbed.probes.stopwatches.append(own := Stopwatch(observer.time))
    return own


class OwnCluster(Cluster):
    """Instances that each run a program once, and again after a restart."""

    def __init__(self, own: OwnProgram, testbed: Testbed, conditions: Conditions, seed: int) -> None:
        self.own = own
        self.runs: dict[asyncio.Task[Any], Stage] = {}
        super().__init__(testbed, conditions, seed)

    def start(self, name: str) -> None:
        stage = in_its_process(self._testbed.start(name))
        self._repairs.equip(stage, ())
        self.runs[asyncio.create_task(self._run(stage))] = stage
        start_worker(stage)

    async def _run(self, stage: Stage) -> Any:
        return await result_or_failure(stage.process.run(lambda: self.own.main(stage)))

    async def ended(self, chaos: Chaos) -> None:
        """Wait until each instance has run the program or is dead, and none is due to restart."""
        while running := [run for run in self.runs if not run.done()]:
            await asyncio.wait(running)
            await chaos.restarts()

    async def outcome(self) -> Outcome:
        """Return the outcomes of the instances, each of them once; a run that was killed has none."""
        ended = {run: run.result() for run in self.runs}
        lasting = {run: each for run, each in ended.items() if not isinstance(getattr(each, "error", 0), DiedError)}
        if not lasting:
            return Outcome("every instance was killed before the program ended", kept=False)
        outcomes = [await _outcome(self.own, each, self.runs[run], self._testbed) for run, each in lasting.items()]
        return Outcome("; ".join(dict.fromkeys(outcomes)), kept=all(each.kept for each in outcomes))


async def _on_a_cluster(conditions: Conditions, own: OwnProgram, _: str, testbed: Testbed, seed: int) -> Checks:
    cluster = OwnCluster(own, testbed, conditions, seed)
    chaos = Chaos(cluster, conditions, seed)
    await cluster.ended(chaos)
    if conditions.drains:
        await all_quiet(testbed, cluster, chaos)
    chaos.stop()
    outcome = await cluster.outcome()
    await cluster.exit()
    testbed.pending.close()
    return _checks(own, outcome)
