"""What virtual time says of the same visits and the same kill: which are accepted, and which of those are done.

A kill ends everything at one moment, so what happened before it is what happens without one. It is enough to know when
each visit is answered and when its last effect has taken place. People, services and latencies are those of the real
run, call by call; what a process needs to start, to parse and to answer is not in it.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from eventdemo import clock
from eventdemo.crash_lab.books import Outcome
from eventdemo.crash_lab.visits import Visit
from eventdemo.dispatch.delivery import Handover, Observer
from eventdemo.seed import session_token
from eventdemo.services import ServiceError
from eventdemo.sim.instance import staged, steady
from eventdemo.sim.strategies import strategy
from eventdemo.sim.virtual_time import VirtualClock, VirtualLoop, run_in
from eventdemo.wiring import Backend, build
from mock_services import Company, FaultPlan

NEVER = float("inf")


@dataclass(slots=True)
class Moments:
    """When a visit was answered, and when nothing was left to do for it; in seconds."""

    answered: float = NEVER
    done: float = NEVER

    def is_close_to(self, kill_at: float, seconds: float) -> bool:
        """Tell whether one of the two is so close to the kill that real processes may swap them."""
        return min(abs(self.answered - kill_at), abs(self.done - kill_at)) < seconds

    def outcome(self, kill_at: float) -> Outcome:
        """Say what a kill makes of it."""
        if self.answered > kill_at:
            return "not accepted"
        return "done" if self.done <= kill_at else "lost"


class Effects(Observer):
    """Notes when the last listener that concerns a user has ended."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.ended_at: dict[int, float] = {}

    def ended(self, handover: Handover, error: BaseException | None) -> None:
        """Note the moment."""
        self.ended_at[handover.emission.args[0].user_id] = self._loop.time()


def predict(company: Company, visits: Sequence[Visit], seed: int) -> dict[Visit, Moments]:
    """Play one round's visits on an in-process bus in virtual time."""
    virtual = VirtualClock()
    with clock.use(virtual):
        return run_in(VirtualLoop(virtual), _played(company, visits, seed))


async def _played(company: Company, visits: Sequence[Visit], seed: int) -> dict[Visit, Moments]:
    loop = asyncio.get_running_loop()
    bus, effects = strategy("awaited")(), Effects(loop)
    bus.observe(effects)
    plan = FaultPlan.realistic()
    with staged(bus, company, plan, seed=seed, keep=0, query_time=steady) as (stage, _):
        backend = build(bus, stage.store, stage.http)
        answers = await asyncio.gather(*(_answered(backend, visit) for visit in visits))
        await bus.drain()
    return {
        visit: Moments(answered, effects.ended_at[visit.user_id] if visit.domain is None else answered)
        for visit, answered in zip(visits, answers, strict=True)
    }


async def _answered(backend: Backend, visit: Visit) -> float:
    """Do what the web layer does with a visit; return when it would answer."""
    await asyncio.sleep(visit.at)
    with suppress(ServiceError):
        if visit.domain is None:
            await backend.auth.log_out_mobile(visit.user_id, session_token(visit.user_id))
        else:
            await backend.approvals.submit(visit.domain, visit.user_id, visit.task_id, "approve")
        return asyncio.get_running_loop().time()
    return NEVER
