"""Claims 31, 34 and 35: which stages of the pipeline wait, and what they share."""

import pytest

from eventdemo.backend.events import UserSyncProfile
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from tests.learn.claims.harness import busy, now, play, takes

AWAITED, DETACHED = DeliveryMode


@pytest.mark.parametrize(
    ("first", "second", "answered", "done"),
    [
        (AWAITED, AWAITED, 0.090, ["profile", "procurement", "hr", "leasing"]),
        (AWAITED, DETACHED, 0.030, ["profile"]),
        (DETACHED, AWAITED, 0, []),
        (DETACHED, DETACHED, 0, []),
    ],
)
@play
async def test_31_emit_async_does_not_wait_for_detached_listeners(first, second, answered, done):
    bus, ended = EventBus(), []
    work = takes(0.030, ended, "profile")

    async def sync_profile():
        await work()
        await bus.emit_async("user.sync.task.notifications")

    bus.on("user.syncProfile", sync_profile, delivery=first)
    for domain in ("procurement", "hr", "leasing"):
        bus.on("user.sync.task.notifications", takes(0.060, ended, domain), delivery=second)

    await bus.emit_async("user.syncProfile")

    assert (now(), ended) == (answered, done)
    await bus.drain()
    assert ended == ["profile", "procurement", "hr", "leasing"]


@pytest.mark.parametrize(("text", "first_time"), [("false", False), ("true", True)])
def test_34_the_text_false_arrives_as_false(text, first_time):
    assert UserSyncProfile(user_id=7, first_time=text).first_time is first_time


@play
async def test_35_waits_overlap_and_computing_does_not():
    bus, ended = EventBus(), []

    async def compute(*_):
        busy(0.040)

    for domain in ("procurement", "hr", "leasing"):
        bus.on("wait", takes(0.060, ended, domain))
        bus.on("compute", compute)

    await bus.emit_async("wait")
    assert now() == 0.060

    await bus.emit_async("compute")
    assert now() == 0.060 + 3 * 0.040
