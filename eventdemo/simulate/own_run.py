"""A program of your own in the simulator: once on one instance, or once on each instance of a cluster."""

import asyncio
from contextlib import ExitStack
from functools import partial
from typing import Any

from eventdemo.instances.process import DiedError
from eventdemo.instances.stage import Stage
from eventdemo.simulate.cluster import Cluster
from eventdemo.simulate.import_program import Main, load
from eventdemo.simulate.outbox import start_worker
from eventdemo.simulate.outcome import Outcome, failure_of, result_or_failure
from eventdemo.simulate.own_buses import own_buses_observed
from eventdemo.simulate.own_program import OwnProgram, in_its_process
from eventdemo.simulate.program import Checks, Program, bus_on_testbed
from eventdemo.simulate.scenario import USERS
from eventdemo.simulate.scenarios import UnknownVariantError, check_together
from eventdemo.simulate.sqlite_locks import sqlite_never_blocks
from eventdemo.simulate.strategies import check_strategy, runner, slots_in_the_outbox
from eventdemo.simulate.testbed import Testbed
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
    return Program(
        own.name,
        USERS if own.takes == "stage" else 0,
        "",
        bus_on_testbed(strategy, conditions, strict=False),
        partial(_run, own, strategy, conditions),
        when_stuck=lambda error: _checks(own, failure_of(error)),
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


async def _run(own: OwnProgram, strategy: str, conditions: Conditions, testbed: Testbed) -> Checks:
    if conditions.one_quiet_instance:
        return _checks(own, await _on_one_instance(own, strategy, testbed))
    return _checks(own, await OwnCluster(own, testbed, conditions).outcome())


def _checks(own: OwnProgram, outcome: Outcome) -> Checks:
    return (Check(claim=own.claim.sentence, holds=outcome.kept, found=outcome),)


async def _on_one_instance(own: OwnProgram, strategy: str, testbed: Testbed) -> Outcome:
    """Run a program on one instance; if it takes no stage, the buses that it makes are observed."""
    stage = in_its_process(testbed.start("A"))
    with ExitStack() as stack:
        if own.takes == "stage":
            start_worker(stage)
        else:
            stack.enter_context(own_buses_observed(stage.bus, own.buses(), runner(strategy)))
        stack.enter_context(sqlite_never_blocks())
        result = await result_or_failure(own.call(own.main, stage))
        if own.takes == "stage":
            await testbed.drain()
        outcome = await _outcome(own, result, stage, testbed)
        await _cancel_what_is_left()
    return outcome


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


class OwnCluster(Cluster):
    """Instances that each run a program once, and again after a restart."""

    def __init__(self, own: OwnProgram, testbed: Testbed, conditions: Conditions) -> None:
        self.own = own
        self.runs: dict[asyncio.Task[Any], Stage] = {}
        super().__init__(testbed, conditions)

    def start(self, name: str) -> None:
        stage = in_its_process(self._testbed.start(name))
        self._equip(stage, ())
        self.runs[asyncio.create_task(self._run(stage))] = stage
        start_worker(stage)

    async def _run(self, stage: Stage) -> Any:
        return await result_or_failure(stage.process.run(lambda: self.own.main(stage)))

    async def outcome(self) -> Outcome:
        """Wait until each instance has run the program or is dead, and none is due to restart; return the outcome."""
        while running := [run for run in self.runs if not run.done()]:
            await asyncio.wait(running)
            await self._chaos.restarts()
        await self.settle()
        outcome = await self._outcome_of_all()
        await self.exit()
        return outcome

    async def _outcome_of_all(self) -> Outcome:
        """Return the outcomes of the instances, each of them once; a run that was killed has none."""
        ended = {run: run.result() for run in self.runs}
        lasting = {run: each for run, each in ended.items() if not isinstance(getattr(each, "error", 0), DiedError)}
        if not lasting:
            return Outcome("every instance was killed before the program ended", kept=False)
        outcomes = [await _outcome(self.own, each, self.runs[run], self._testbed) for run, each in lasting.items()]
        return Outcome("; ".join(dict.fromkeys(outcomes)), kept=all(each.kept for each in outcomes))
