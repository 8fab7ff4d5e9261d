"""Run a scenario in process and behind an engine: in virtual time for the outbox, in real time for a server.

`changes` says in sentences what differs, with the figures of the two runs.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.simulate.run import SEED, quiet, simulate
from eventdemo.simulate.scenarios import PATTERNS, UnknownScenarioError, summary_of
from eventdemo.trace.record import Trace
from eventdemo.trace.units import when
from eventdemo.trials.graduation.real import run_in_real_time

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
    run = partial(run_in_real_time, name, users=users, seed=seed)
    with quiet():
        before, _ = asyncio.run(run())
        after, redeliveries = asyncio.run(run(engine, url, concurrency=concurrency))
    return Graduation(engine, before, after, redeliveries)


def changes(graduation: Graduation) -> Iterator[str]:
    """Yield what the author of an emitter or a listener has to know."""
    yield _emit(graduation)
    yield _errors(graduation)
    yield "A listener gets a copy of the event, made from JSON: equal to it, but never the same object."
    yield _order(graduation)
    yield _redelivery(graduation)


def _emit(graduation: Graduation) -> str:
    before, after = (when(trace.metrics.emit_returned_p50) for trace in (graduation.before, graduation.after))
    rule = "emit returns when the event is accepted. Inside a unit of work, the event is committed with the change."
    if before == after:
        return f"{rule} Half of the emits returned {after}, as in process."
    return f"{rule} Half of the emits returned {after} instead of {before}."


def _errors(graduation: Graduation) -> str:
    rule = "Results and errors no longer reach the emitter. A failed job is retried, then dead-lettered."
    failed, seen = graduation.before.count("failed"), graduation.before.ledger.get(Fate.FAILED_SEEN, 0)
    dead = graduation.after.ledger.get(Fate.DEAD_LETTERED, 0)
    if not (failed or dead):
        return f"{rule} No delivery failed in these two runs."
    before = f"In process, {plural(failed, 'delivery', 'deliveries')} failed and the emitter received {seen:,}"
    after = f"behind the engine there {'is' if dead == 1 else 'are'} {plural(dead, 'dead letter')}."
    return f"{rule} {before} of the errors; {after}"


def _order(graduation: Graduation) -> str:
    before, after = graduation.before.metrics.finished_out_of_order, graduation.after.metrics.finished_out_of_order
    return (
        "The listeners of one event start in no guaranteed order. The jobs of one listener start in the order of their "
        f"events as long as one is processed at a time. {plural(after, 'delivery', 'deliveries')} finished out of "
        f"order here, {before:,} in process."
    )


def _redelivery(graduation: Graduation) -> str:
    measured = ""
    if graduation.measured:
        number = plural(graduation.redeliveries, "job was", "jobs were")
        measured = f" In this run, {number} redelivered after processing."
    return (
        "A job is delivered at least once. The worker records the key of each processed job and skips it if it is "
        "redelivered. If a worker dies before that, another one processes the job again, so a listener has to be "
        f"safe to run twice.{measured}"
    )
