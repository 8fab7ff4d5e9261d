"""A program of your own, an async function, as an experiment: on a bus or a stage for each schedule."""

from dataclasses import replace
from typing import TYPE_CHECKING

from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from eventdemo.core.runner import Runner
from eventdemo.explore.experiment import Experiment
from eventdemo.explore.sqlite import sqlite_observed
from eventdemo.simulate.import_program import Main
from eventdemo.simulate.outcome import Outcome
from eventdemo.simulate.own_buses import own_buses_observed
from eventdemo.simulate.own_program import OwnProgram, in_its_process

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = 2
"""How many users a stage has: enough for most races, and few enough to run every schedule."""


def as_experiment(main: Main, name: str = "") -> Experiment:
    own = OwnProgram.of(main, name)

    async def play(bus: EventBus) -> Outcome:
        bus.observe(ledger := Ledger())
        make_runner: Callable[[], Runner] = getattr(bus, "make_runner", None) or Runner
        with own_buses_observed(bus, own.buses(), make_runner), sqlite_observed():
            return await own.run(bus, ledger)

    made = Experiment(
        own.name,
        own.claim.sentence,
        play,
        lambda outcome: isinstance(outcome, Outcome) and outcome.kept,
        describe=lambda outcome: outcome,
        declared=own.claim.declared,
        prepare_nominal=lambda: None,
    )
    return _on_a_stage(made, own) if own.takes == "stage" else made


def _on_a_stage(made: Experiment, own: OwnProgram) -> Experiment:
    """Give the program a stage for each schedule, with the store as it was at first, and services without latency."""
    from eventdemo.explore.scenarios import pitfall_testbed
    from mock_services import FaultPlan

    async def play(bus: EventBus) -> Outcome:
        bus.observe(ledger := Ledger())
        stage = in_its_process(pitfall_testbed().stage(bus, people=PEOPLE))
        with sqlite_observed():
            result = await own.main(stage)
            if stage.process.alive:
                await bus.drain()
        return await own.outcome(result, stage, ledger)

    def prepare() -> None:
        pitfall_testbed().reset(FaultPlan().without_latency())

    return replace(made, play=play, prepare=prepare, prepare_nominal=None)
