"""What a run plays on its testbed: a pattern's scenario on whole backends, or one version of a pitfall.

Either way it is a `Program`, and `run.py` knows no difference.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from eventdemo.backend.wiring import build
from eventdemo.core.bus import EventBus
from eventdemo.instances.idempotency import IdempotentBus
from eventdemo.pitfalls import Pitfall, Variant, pitfall
from eventdemo.simulate.chaos import Chaos
from eventdemo.simulate.checks import EmittedEvents, FinalState, answers
from eventdemo.simulate.cluster import Cluster
from eventdemo.simulate.outbox import begin_to_work, outbox_bus
from eventdemo.simulate.scenarios import PITFALLS, UnknownVariantError
from eventdemo.simulate.strategies import places_in_the_outbox, runner
from eventdemo.simulate.strategies import strategy as bus_of
from eventdemo.simulate.testbed import Instance, QueryTime, Testbed, steady, uneven
from eventdemo.simulate.validation import check, check_pitfall
from eventdemo.simulate.workloads import WORKLOADS
from eventdemo.trace.conditions import Conditions
from eventdemo.trace.record import Check
from mock_services import FaultPlan

Checks = tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """What to play, on which kind of bus, and what was to be true at the end."""

    variant: str
    make_bus: Callable[[Testbed], EventBus]
    run: Callable[[Testbed, int], Awaitable[Checks]]
    """Plays it, by seed, until all is quiet."""
    query_time: Callable[[int], QueryTime]
    """How long queries take, by seed."""
    faults: FaultPlan | None = None


def program_of(name: str | Pitfall, strategy: str, variant: str, conditions: Conditions) -> Program:
    """Return what a scenario plays, under a strategy; of a pitfall, on a bus that accepts any name."""
    if isinstance(name, Pitfall):
        check_pitfall(name.name, strategy, conditions)
        return _pitfall_program(name, strategy, variant)
    check(name, strategy, conditions)
    if name in PITFALLS:
        return _pitfall_program(pitfall(name), strategy, variant)
    if variant:
        raise UnknownVariantError(f"The scenario {name!r} has no variants: only pitfalls have.")
    run = _on_one_backend if conditions.one_quiet_instance else partial(_on_a_cluster, conditions)
    make_bus = _bus_on_testbed(conditions.strategy(strategy), keys="idempotency-key" in conditions.repairs)
    return Program("", make_bus, partial(run, name), lambda _: steady)


def _bus_on_testbed(strategy: str, *, keys: bool) -> Callable[[Testbed], EventBus]:
    """Return what makes the bus of an instance, with idempotency keys if there are to be any."""
    if (places := places_in_the_outbox(strategy)) is not None:
        return outbox_bus(places, keys=keys)
    make_bus, make_runner = IdempotentBus if keys else EventBus, runner(strategy)
    return lambda _: make_bus(strict=True, runner=make_runner())


def _pitfall_program(chosen: Pitfall, strategy: str, variant: str) -> Program:
    played = version_of(chosen, variant)
    make_bus = played.bus or bus_of(strategy, strict=False)
    return Program(played.name, lambda _: make_bus(), partial(_alone, played, chosen.claim), uneven, chosen.faults)


async def _on_one_backend(name: str, testbed: Testbed, seed: int) -> Checks:
    testbed.observers.append(emitted := EmittedEvents())
    stage = testbed.start("A")
    backend = build(stage.bus, stage.store, stage.http)
    begin_to_work(stage)
    await WORKLOADS[name](Instance(backend, testbed.company), _chance(seed))
    await stage.bus.drain()
    await stage.process.exit()
    return answers(name, FinalState(testbed, emitted, {"A": backend.directory}))


async def _on_a_cluster(conditions: Conditions, name: str, testbed: Testbed, seed: int) -> Checks:
    testbed.observers.append(emitted := EmittedEvents())
    cluster = Cluster(testbed, conditions, seed)
    chaos = Chaos(cluster, conditions, seed)
    await WORKLOADS[name](cluster, _chance(seed))
    if conditions.drains:
        await _all_quiet(testbed, cluster, chaos)
    chaos.stop()
    await cluster.exit()
    testbed.pending.close()
    caches = {name: member.backend.directory for name, member in cluster.members.items()}
    return answers(name, FinalState(testbed, emitted, caches))


async def _all_quiet(testbed: Testbed, cluster: Cluster, chaos: Chaos) -> None:
    """Wait until nobody does anything and nobody is to come back: whoever does may emit once more."""
    before = None
    while before != (now := (testbed.probes.ledger.emits, testbed.starts, len(testbed.probes.buffer.outages))):
        before = now
        await chaos.restarts()
        await cluster.drained()


async def _alone(variant: Variant, claim: str, testbed: Testbed, _: int) -> Checks:
    stage = testbed.start("A")
    found = await variant.program(stage)
    for each in (*testbed.alive.values(),):
        await each.bus.drain()
    return (Check(claim=claim, holds=found == claim, found=found),)


def version_of(chosen: Pitfall, variant: str = "") -> Variant:
    """Return a version of a pitfall by its name; without one, the first, which is a broken one."""
    if not variant:
        return chosen.variants[0]
    if (played := next((each for each in chosen.variants if each.name == variant), None)) is None:
        known = ", ".join(each.name for each in chosen.variants)
        raise UnknownVariantError(f"The pitfall {chosen.name!r} has no variant {variant!r}: choose from {known}.")
    return played


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - chance, not secrecy


def variants_of(name: str) -> tuple[str, ...]:
    """Return the versions of a pitfall, a broken one first; a scenario of a pattern has none."""
    return tuple(each.name for each in pitfall(name).variants) if name in PITFALLS else ()
