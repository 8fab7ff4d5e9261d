"""A listener that computes: which answers it delays in virtual time, in every schedule, and with a real thread."""

import asyncio

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.simulate import DEFAULTS, simulate
from tests.pitfalls.orders import end, ends

SERVED = "every answer within 100 ms"


def test_in_every_schedule_an_answer_waits_for_a_listener_that_computes_inside_emit():
    assert ends("blocking-listener") == {"1 of 2 answers are late": 1, "2 of 2 answers are late": 1}


def test_detached_saves_only_the_emitter_s_own_answer():
    assert ends("blocking-listener:detached") == {"1 of 2 answers are late": 1, SERVED: 1}


def test_with_a_worker_no_schedule_delays_an_answer():
    assert ends("blocking-listener:repaired") == {SERVED: 3}


def test_the_event_loop_is_blocked_for_as_long_as_the_listener_computes():
    stalls = {name: simulate("blocking-listener", variant=name).stalls for name in ("broken", "detached", "repaired")}

    assert {name: [round(s.end - s.start, 6) for s in found] for name, found in stalls.items()} == {
        "broken": [0.4],
        "detached": [0.4],
        "repaired": [],
    }


@pytest.mark.parametrize("strategy", DEFAULTS)
def test_a_worker_helps_unless_the_bus_itself_waits_for_each_listener(strategy):
    late = end("blocking-listener", "repaired", strategy=strategy) != SERVED

    assert late == (strategy == "sync")


@pytest.mark.parametrize("strategy", DEFAULTS)
@pytest.mark.parametrize("variant", ["broken", "detached"])
def test_no_strategy_helps_a_listener_that_computes_in_the_loop(variant, strategy):
    assert "answers are late" in end("blocking-listener", variant, strategy=strategy)


class Directory:
    """Computes in `bites` pieces, and stops early once other tasks have had three turns; speed does not matter."""

    def __init__(self, bites):
        self.bites = bites
        self.turns = 0

    def rebuild(self):
        for _ in range(self.bites):
            sum(range(200_000))  # a few milliseconds without a switch to another thread
            if self.turns >= 3:
                break

    async def rebuild_in_thread(self):
        await asyncio.to_thread(self.rebuild)

    async def others(self):
        while True:
            await asyncio.sleep(0.001)
            self.turns += 1


@pytest.mark.parametrize(
    ("listener", "delivery", "bites", "others_ran"),
    [
        ("rebuild", DeliveryMode.AWAITED, 10, False),
        ("rebuild", DeliveryMode.DETACHED, 10, False),
        ("rebuild_in_thread", DeliveryMode.AWAITED, 5000, True),
    ],
)
def test_with_the_real_clock_and_a_real_thread_it_is_the_same(listener, delivery, bites, others_ran):
    async def main():
        bus, directory = EventBus(), Directory(bites)
        bus.on("user.updated", getattr(directory, listener), delivery=delivery)
        others = asyncio.create_task(directory.others())
        await asyncio.sleep(0)
        bus.emit("user.updated")
        await bus.drain()
        others.cancel()
        return directory.turns

    assert (asyncio.run(main()) >= 3) == others_ran
