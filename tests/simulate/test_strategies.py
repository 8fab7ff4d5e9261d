"""What each strategy guarantees: which listeners overlap, what the emitter waits for, in which order."""

import asyncio

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.core.runner import Runner
from eventdemo.simulate import DEFAULTS, STRATEGIES, Conditions, UnknownStrategyError, VirtualClock, VirtualLoop, run
from eventdemo.simulate.program import bus_on_testbed
from eventdemo.simulate.strategies import Blocking, Bounded, Detached, Sequential, runner
from eventdemo.simulate.virtual_time import run_in

SECONDS = (3, 1, 2)


class Crowd:
    """Listeners that take 3, 1 and 2 seconds; notes when each starts and ends, and how many run at most."""

    def __init__(self, bus, *, event="x"):
        self.notes, self.running, self.most = [], 0, 0
        for number, seconds in enumerate(SECONDS):
            bus.on(event, self._listener(number, seconds))

    def _listener(self, number, seconds):
        async def listens(*_):
            self.running += 1
            self.most = max(self.most, self.running)
            self.note(number, "starts")
            await asyncio.sleep(seconds)
            self.note(number, "ends")
            self.running -= 1
            return number

        return listens

    def note(self, *words):
        self.notes.append((asyncio.get_running_loop().time(), *words))

    def starts(self):
        return [note[:2] for note in self.notes if note[2] == "starts"]


def emitted(bus, crowd, times=1):
    """Emit, note when each `emit_async` returned and what, and wait until nothing runs."""

    async def main():
        for _ in range(times):
            crowd.note(await bus.emit_async("x"), "returned")
        await bus.drain()

    run(main())
    return [note[:2] for note in crowd.notes if note[2] == "returned"]


def test_awaited_is_the_runner_of_a_bus_that_is_given_none():
    assert STRATEGIES["awaited"] is Runner
    assert type(runner_of(EventBus())) is Runner


def runner_of(bus):
    return bus._eventdemo_bus.runner


def test_awaited_runs_the_listeners_of_an_event_concurrently_and_waits_for_the_slowest():
    crowd = Crowd(bus := EventBus())

    assert emitted(bus, crowd) == [(3, [0, 1, 2])]
    assert crowd.starts() == [(0, 0), (0, 1), (0, 2)]


@pytest.mark.parametrize("kind", [Sequential, Blocking])
def test_sequential_and_sync_run_one_after_another_in_registration_order(kind):
    crowd = Crowd(bus := EventBus(runner=kind()))

    assert emitted(bus, crowd) == [(6, [0, 1, 2])]
    assert crowd.starts() == [(0, 0), (3, 1), (4, 2)]
    assert crowd.most == 1


def test_sequential_waits_only_within_one_event_and_lets_everything_else_run():
    crowd = Crowd(bus := EventBus(runner=Sequential()))

    async def main():
        await asyncio.gather(bus.emit_async("x"), bus.emit_async("x"))

    loop = VirtualLoop(VirtualClock())
    run_in(loop, main())

    assert loop.clock.time == 6
    assert crowd.most == 2
    assert loop.longest_stall == 0


def test_sync_blocks_the_loop_while_a_listener_waits():
    async def main():
        crowd = Crowd(bus := EventBus(runner=Blocking()))
        ticks = []

        async def ticking():
            while True:
                ticks.append(asyncio.get_running_loop().time())
                await asyncio.sleep(1)

        clockwork = asyncio.ensure_future(ticking())
        await asyncio.sleep(0.5)
        assert bus.emit("x")
        returned = asyncio.get_running_loop().time()
        await asyncio.sleep(0.1)
        clockwork.cancel()
        return returned, ticks, crowd.most

    assert run(main()) == (6.5, [0, 6.5], 1)


def test_with_sync_errors_and_cancellations_reach_the_emitter_as_with_awaited():
    async def fails():
        raise OSError

    async def gives_up():
        raise asyncio.CancelledError

    def names(bus):
        async def main():
            for listener in (fails, gives_up):
                bus.on("x", listener)
            with pytest.raises(ExceptionGroup) as failures:
                await bus.emit_async("x")
            return [type(error).__name__ for error in failures.value.exceptions]

        return run(main())

    assert names(EventBus(runner=Blocking())) == names(EventBus()) == ["OSError", "ListenerCancelledError"]


def test_detached_waits_for_nothing_and_has_no_results():
    crowd = Crowd(bus := EventBus(runner=Detached()))

    assert emitted(bus, crowd, times=2) == [(0, []), (0, [])]
    assert crowd.most == 6


@pytest.mark.parametrize("places", [1, 2, 3])
def test_bounded_never_runs_more_listeners_than_slots(places):
    crowd = Crowd(bus := EventBus(runner=Bounded(places)))
    emitted(bus, crowd, times=4)

    assert crowd.most == places
    assert [number for _, number in crowd.starts()] == [0, 1, 2] * 4


def test_bounded_lets_an_emitter_wait_for_admission_and_not_for_the_end():
    crowd = Crowd(bus := EventBus(runner=Bounded(2)))

    # The third listener is admitted when the second has ended, at 1; the sixth when the fourth and the fifth have. What
    # they will return is not known by then.
    assert emitted(bus, crowd, times=2) == [(1, [None] * 3), (4, [None] * 3)]


def test_emit_does_not_wait_under_bounded():
    async def main():
        crowd = Crowd(bus := EventBus(runner=Bounded(1)))
        bus.emit("x")
        returned = asyncio.get_running_loop().time()
        await bus.drain()
        return returned, crowd.most

    assert run(main()) == (0, 1)


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("places", [1, 2])
def test_listeners_of_a_nested_emit_share_the_slot_so_nothing_deadlocks(places, waits):
    async def main():
        bus = EventBus(runner=Bounded(places))
        inner = Crowd(bus, event="inner")

        async def emits():
            if waits:
                await asyncio.gather(bus.emit_async("inner"), bus.emit_async("inner"))
            else:
                bus.emit("inner")

        bus.on("outer", emits)
        for _ in range(3):
            await bus.emit_async("outer")
        await bus.drain()
        return inner

    inner = run(main())

    assert inner.most == places
    assert len(inner.starts()) == 3 * 3 * (1 + waits)


def test_bounded_runs_three_stages_in_one_slot():
    async def main():
        bus, done = EventBus(runner=Bounded(1)), []

        async def stage(number):
            if number:
                await bus.emit_async("stage", number - 1)
            done.append(number)

        bus.on("stage", stage)
        await asyncio.gather(bus.emit_async("stage", 3), bus.emit_async("stage", 2))
        await bus.drain()
        return done

    assert run(main()) == [0, 1, 2, 3, 0, 1, 2]


def test_a_task_that_outlives_its_listener_needs_its_own_slot():
    async def main():
        bus, tasks = EventBus(runner=Bounded(1)), []
        crowd = Crowd(bus)

        async def emits_later():
            await asyncio.sleep(1)
            await bus.emit_async("x")

        async def starts_a_task():
            tasks.append(asyncio.ensure_future(emits_later()))

        bus.on("outer", starts_a_task)
        await bus.emit_async("outer")
        await bus.emit_async("x")
        await asyncio.gather(*tasks)
        await bus.drain()
        return crowd.most, len(crowd.starts())

    assert run(main()) == (1, 6)


def test_an_emitter_cancelled_while_waiting_for_a_slot_loses_no_delivery_and_no_slot():
    async def main():
        bus, ledger = EventBus(runner=Bounded(1)), Ledger()
        bus.observe(ledger)
        crowd = Crowd(bus)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await bus.emit_async("x")
        await bus.drain()
        await bus.emit_async("x")
        await bus.drain()
        return ledger, crowd

    ledger, crowd = run(main())

    assert ledger.counts() == {Fate.DONE: 6}
    assert crowd.most == 1


def test_an_emitter_does_not_wait_for_the_admission_of_a_listener_that_was_cancelled():
    async def main():
        bus = EventBus(runner=Bounded(1))
        Crowd(bus)
        emitter = asyncio.ensure_future(bus.emit_async("x"))
        await asyncio.sleep(1)
        for task in bus._eventdemo_bus.runner.tasks:
            task.cancel()
        await emitter
        return asyncio.get_running_loop().time()

    assert run(main()) == 1


@pytest.mark.parametrize("name", DEFAULTS)
def test_under_every_strategy_plain_listeners_run_inside_emit(name):
    async def main():
        bus, seen = bus_on_testbed(name, Conditions())(None), []
        bus.on("error", seen.append)
        bus.emit("error", 1)
        return seen

    assert run(main()) == [1]


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_strategy_accepts_only_known_events(name):
    with pytest.raises(LookupError, match="no event named"):
        bus_on_testbed(name, Conditions())(None).emit("user.craeted", {})


@pytest.mark.parametrize("name", ["", "async", "bounded", "awaited:2", "Sync", "sync ", ":8"])
def test_an_unknown_strategy_is_refused_with_the_names_that_exist(name):
    with pytest.raises(UnknownStrategyError, match=r"sync, sequential, awaited, bounded:N, detached"):
        runner(name)


@pytest.mark.parametrize("places", ["", "0", "-1", "1.5", "x", " 8"])
def test_bounded_needs_a_number_of_slots(places):
    with pytest.raises(UnknownStrategyError, match="1 to 1000"):
        runner(f"bounded:{places}")


def test_every_default_strategy_exists():
    assert [type(runner_of(bus_on_testbed(name, Conditions())(None))) for name in DEFAULTS] == list(STRATEGIES.values())
