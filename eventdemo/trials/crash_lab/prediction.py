"""The same requests and the same kill in virtual time: which requests are accepted, and which of those are done.

The simulation uses the same users, listeners and fakes, with the same latency for each call, and kills its process at
the same moment. It leaves out the time that a real process takes to start, parse and answer, so close to the kill the
two may differ.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.wiring import Backend, build
from eventdemo.core import clock
from eventdemo.core.bus import EventBus
from eventdemo.instances.process import DiedError
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.testbed import Testbed
from eventdemo.simulate.virtual_time import VirtualClock, run_in
from eventdemo.trials.crash_lab.requests import Accounts, Outcome, UserRequest
from mock_services import Company, FaultPlan

SETTLING = 10.0
"""Virtual seconds between the kill and the accounts: calls that were sent before it still reach their service."""


def predict(company: Company, requests: Sequence[UserRequest], seed: int, kill_at: float) -> list[Outcome]:
    """Return the outcome of each request of one round on an in-process bus, if the process is killed at `kill_at`."""
    virtual = VirtualClock()
    loop = KillableLoop(virtual)
    loop.set_exception_handler(lambda *_: None)
    with (
        clock.use(virtual),
        closing(
            Testbed(virtual, lambda _: EventBus(strict=True), company, FaultPlan.realistic(), seed=seed)
        ) as testbed,
    ):
        return run_in(loop, _simulate(testbed, requests, kill_at))


async def _simulate(testbed: Testbed, requests: Sequence[UserRequest], kill_at: float) -> list[Outcome]:
    stage = testbed.start("A")
    backend = build(stage.bus, stage.store, stage.http)

    async def is_accepted(request: UserRequest) -> bool:
        await asyncio.sleep(request.at)
        try:
            await stage.process.run(lambda: _handle(backend, request))
        except DiedError:
            return False
        return True

    sending = [asyncio.ensure_future(is_accepted(request)) for request in requests]
    await asyncio.sleep(kill_at)
    stage.process.kill()
    answered = zip(requests, await asyncio.gather(*sending), strict=True)
    await asyncio.sleep(SETTLING)
    removals = Counter(testbed.services.fcm.unsubscribed)
    accounts = await Accounts(stage.store, testbed.company, removals, Counter()).read(answered)  # without redeliveries
    return [account.outcome for account in accounts]


async def _handle(backend: Backend, request: UserRequest) -> None:
    if request.domain is None:
        await backend.auth.log_out_mobile(request.user_id, session_token(request.user_id))
    else:
        await backend.approvals.submit(request.domain, request.user_id, request.task_id, "approve")
