"""The judges of the exercises of `the_async_flag`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.explore import access, wait
from eventdemo.learn.judging import (
    Program,
    check_all_schedules,
    fails_in_some_schedule,
    in_every_schedule,
    reject,
    require,
    write,
)

ROW, PUSH = "save_row", "push_to_phone"


def who_waits_for_whom(deliveries: Mapping[str, Any]) -> str:
    """Answer an approval in every schedule, and check what is done by then."""
    if set(deliveries) != {ROW, PUSH}:
        chosen = " and ".join(map(str, deliveries)) or "nothing"
        reject(f"Choose for {ROW} and for {PUSH} how it is delivered. You chose for {chosen}.")
    for name, mode in deliveries.items():
        if not isinstance(mode, DeliveryMode):
            reject(f"{name}: choose DeliveryMode.AWAITED or DETACHED, not {mode!r}.")
    in_all = check_all_schedules(_answering(deliveries, ROW, "the answer goes out without a row"))
    if not fails_in_some_schedule(_answering(deliveries, PUSH, "the answer goes out while the push is running")):
        reject("The row is stored, but in every schedule the answer also waits for the phone.")
    return f"The row is stored {in_all}, and the answer does not have to wait for the phone."


def _answering(deliveries: Mapping[str, DeliveryMode], work: str, undone: str) -> Program:
    async def approve(bus: EventBus) -> None:
        over: set[str] = set()

        async def save_row(_: object) -> None:
            await write(ROW)
            over.add(ROW)

        async def push_to_phone(_: object) -> None:
            await write(PUSH)
            over.add(PUSH)

        bus.on("hr.approved", save_row, delivery=deliveries[ROW])
        bus.on("hr.approved", push_to_phone, delivery=deliveries[PUSH])
        await bus.emit_async("hr.approved", 7)
        access(work, write=False)
        is_done = work in over
        await bus.drain()
        require(is_done, undone)

    return approve


PLAIN, COROUTINE, WRAPPED = "the plain function", "the coroutine function", "the lambda around one"
KINDS = (PLAIN, COROUTINE, WRAPPED)
Dispatch = Callable[[Sequence[Callable[[int], Any]], int], Awaitable[None]]


async def log_out(dispatch: Dispatch, bus: EventBus) -> None:
    """Dispatch an event to three kinds of listener."""
    done: list[str] = []

    def note_what_is_done(what: str) -> None:
        access("what is done")
        done.append(what)

    def finish(what: str) -> None:
        bus.emit("work.done", what)

    async def finish_later(what: str) -> None:
        await wait()
        finish(what)

    async def clear_token(_: int) -> None:
        await finish_later(COROUTINE)

    async def call_your_dispatch(user_id: int) -> None:
        await dispatch([lambda _: finish(PLAIN), clear_token, lambda _: finish_later(WRAPPED)], user_id)

    bus.on("work.done", note_what_is_done)
    bus.on("auth.logout", call_your_dispatch)
    await bus.emit_async("auth.logout", 7)
    access("what is done", write=False)
    left = " and ".join(what for what in KINDS if what not in done)
    require(not left, f"it returned before {left} had finished")
    require(len(done) == len(KINDS), f"it called {len(KINDS)} listeners {len(done)} times")


nothing_dropped = in_every_schedule(log_out, "All three are done {}.", drawn=False)


OK, BROKEN = 200, 500


async def request_syncs(answer: Callable[[EventBus, str], Awaitable[int]], bus: EventBus) -> None:
    """Request a sync that succeeds and one that fails."""
    synced: set[str] = set()

    async def sync_profile_of_ann() -> None:
        await write("the profiles")
        synced.add("Ann")

    async def sync_profile_of_bo() -> None:
        await wait()
        raise ConnectionError("Oracle is down")

    bus.on("sync of Ann", sync_profile_of_ann)
    bus.on("sync of Bo", sync_profile_of_bo)
    good = await answer(bus, "sync of Ann")
    access("the profiles", write=False)
    if good != OK or not synced:
        reject(f"Ann's sync was answered with {good!r} and {'done' if synced else 'not done yet'}")
    bad = await answer(bus, "sync of Bo")
    require(bad == BROKEN, f"Bo's sync failed and was answered with {bad!r}")


an_honest_answer = in_every_schedule(request_syncs, "200 meant done and 500 meant failed, {}.")
