"""Run a scenario in process and behind an engine: in virtual time for the outbox, in real time for a server."""

import asyncio
from dataclasses import dataclass

from eventdemo.simulate.run import SEED, quiet, simulate
from eventdemo.simulate.scenarios import PATTERNS, UnknownScenarioError, summary_of
from eventdemo.trace.record import Trace
from eventdemo.trials.graduation.real import ScenarioRun, run_in_real_time

SIMULATED = "outbox"
"""The engine that needs no server, so virtual time is enough for it."""


@dataclass(frozen=True, slots=True)
class Graduation:
    """The same scenario before and after the move to a durable engine."""

    engine: str
    before: Trace
    after: Trace
    redeliveries: int = 0
    """Deliveries that came after their job had been processed."""

    @property
    def measured(self) -> bool:
        """Whether this took real time on a real server, so that the next run gives other figures."""
        return self.engine != SIMULATED


def graduate(
    name: str, engine: str, url: str = "", *, users: int | None = None, seed: int = SEED, concurrency: int = 1
) -> Graduation:
    """Run a scenario in process, then behind `engine` with up to `concurrency` jobs of a listener at a time."""
    summary_of(name)
    if name not in PATTERNS:
        raise UnknownScenarioError(f"graduate runs only a pattern on the whole backend: {', '.join(PATTERNS)}.")
    users = PATTERNS[name].users if users is None else users
    if engine == SIMULATED:
        strategy = SIMULATED if concurrency == 1 else f"{SIMULATED}:{concurrency}"
        before, after = (simulate(name, strategy=each, users=users, seed=seed) for each in ("awaited", strategy))
        return Graduation(engine, before, after)
    run = ScenarioRun(name, users, seed)
    with quiet():
        in_process = asyncio.run(run_in_real_time(run))
        behind = asyncio.run(run_in_real_time(run, engine, url, concurrency=concurrency))
    return Graduation(engine, in_process.trace, behind.trace, behind.redeliveries)
