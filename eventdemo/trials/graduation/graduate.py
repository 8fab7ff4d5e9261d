"""Running a scenario twice, in process and behind an engine: in virtual time if that needs no server, else really."""

import asyncio
from dataclasses import dataclass

from eventdemo.simulate.run import SEED, quiet, simulate
from eventdemo.simulate.scenarios import PATTERNS, UnknownScenarioError, scenario
from eventdemo.trace.record import Trace
from eventdemo.trials.graduation.real import Workload, play

SIMULATED = "outbox"
"""The engine that needs no server, and so no real time either."""


@dataclass(frozen=True, slots=True)
class Graduation:
    """The same scenario before and after the one line was changed."""

    engine: str
    before: Trace
    after: Trace
    repeats: int = 0
    """Deliveries of the engine that came after the end of their job."""

    @property
    def measured(self) -> bool:
        """Whether this took real time on a real server, and will be different the next time."""
        return self.engine != SIMULATED


def graduate(
    name: str, engine: str, url: str = "", *, users: int | None = None, seed: int = SEED, concurrency: int = 1
) -> Graduation:
    """Play a scenario in process and behind `engine`, which does `concurrency` jobs of a listener at a time."""
    chosen = scenario(name)
    if name not in PATTERNS:
        raise UnknownScenarioError(f"graduate plays a pattern on the whole backend: {', '.join(PATTERNS)}.")
    people = chosen.users if users is None else users
    if engine == SIMULATED:
        behind = SIMULATED if concurrency == 1 else f"{SIMULATED}:{concurrency}"
        before, after = (simulate(name, strategy=each, users=people, seed=seed) for each in ("awaited", behind))
        return Graduation(engine, before, after)
    work = Workload(name, people, seed)
    with quiet():
        in_process = asyncio.run(play(work))
        behind_it = asyncio.run(play(work, engine, url, concurrency=concurrency))
    return Graduation(engine, in_process.trace, behind_it.trace, behind_it.repeats)
