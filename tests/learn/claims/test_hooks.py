"""Claims 18 and 21: hooks that are not awaited."""

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from tests.learn.claims.harness import busy, now, play, takes


@play
async def test_18_two_emits_that_are_not_awaited_can_finish_out_of_order():
    bus, ended = EventBus(), []
    bus.on("user.updated", takes(0.030, ended, "updated"))
    bus.on("user.deleted", takes(0.005, ended, "deleted"))

    bus.emit("user.updated")
    bus.emit("user.deleted")
    await bus.drain()

    assert ended == ["deleted", "updated"]


@play
async def test_21_a_plain_hook_that_computes_blocks_save_and_a_detached_one_does_not():
    bus = EventBus()
    bus.on("user.created", lambda: busy(0.050))
    bus.on("user.updated", lambda: busy(0.050), delivery=DeliveryMode.DETACHED)

    bus.emit("user.updated")
    assert now() == 0

    bus.emit("user.created")
    assert now() == 0.050

    await bus.drain()
    assert now() == 0.100
