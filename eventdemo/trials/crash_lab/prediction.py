"""What virtual time says of the same visits and the same kill: which are accepted, and which of those are done.

The same people ask for the same things, on the real listeners and the same fakes, whose latencies are the same call by
call; at the same moment the simulated process is killed. What a real one needs to start, to parse and to answer is not
in it, so close to the kill the two may differ.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.wiring import Backend, build
from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.instances.process import DiedError
from eventdemo.simulate.killable_loop import MortalLoop
from eventdemo.simulate.testbed import site, steady
from eventdemo.simulate.virtual_time import VirtualClock, run_in
from eventdemo.trials.crash_lab.accounts import Books, Outcome
from eventdemo.trials.crash_lab.requests import Visit
from mock_services import Company, FaultPlan, MockServices

REST = 10.0
"""Virtual seconds after the kill until the books are read: calls under way reach their service all the same."""


class Seen:
    """What the simulated services have seen, as the books ask for it."""

    def __init__(self, services: MockServices) -> None:
        self.services = services

    @property
    def removals(self) -> Counter[tuple[str, str]]:
        """How often each device was taken out of each topic."""
        return Counter(self.services.fcm.unsubscribed)

    @property
    def looks(self) -> Counter[str]:
        """How often somebody asked for a device's topics: nobody counts here."""
        return Counter()


def predict(company: Company, visits: Sequence[Visit], seed: int, kill_at: float) -> list[Outcome]:
    """Return how each visit of one round ends on an in-process bus, if the process is killed at `kill_at`."""
    virtual = VirtualClock()
    loop = MortalLoop(virtual)
    loop.set_exception_handler(lambda *_: None)
    with clock.use(virtual):
        return run_in(loop, _played(company, visits, seed, kill_at))


async def _played(company: Company, visits: Sequence[Visit], seed: int, kill_at: float) -> list[Outcome]:
    plan = FaultPlan.realistic()
    with site(lambda _: EventBus(strict=True), company, plan, seed=seed, keep=0, query_time=steady) as shared:
        stage = shared.start("A")
        backend = build(stage.bus, stage.store, stage.http)

        async def accepted(visit: Visit) -> bool:
            await asyncio.sleep(visit.at)
            try:
                await stage.process.do(lambda: _ask(backend, visit))
            except DiedError:
                return False
            return True

        coming = [asyncio.ensure_future(accepted(visit)) for visit in visits]
        await asyncio.sleep(kill_at)
        stage.process.kill()
        answers = await asyncio.gather(*coming)
        await asyncio.sleep(REST)
        entries = await Books(stage.store, Seen(shared.services)).entries(zip(visits, answers, strict=True))
    return [entry.outcome for entry in entries]


async def _ask(backend: Backend, visit: Visit) -> None:
    """Do what the web layer does with a visit."""
    if visit.domain is None:
        await backend.auth.log_out_mobile(visit.user_id, session_token(visit.user_id))
    else:
        await backend.approvals.submit(visit.domain, visit.user_id, visit.task_id, "approve")
