"""`collected-task`: people confirm a login and are never let in: the listener that waited for them is gone.

Cause: nobody keeps the task. The loop refers to it weakly, so a task that waits for what only it knows is garbage, and
the collector takes it at some later allocation (seen on CPython 3.11 to 3.13; one that sleeps is held by its timer).
Repair: keep a reference until the task ends, as the bus does; then `drain` can wait for it too.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuthLogin
from eventdemo.core.invocation import Call
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant

ALL_IN = "whoever confirms is let in"


class ForgetfulBus(EventBus):
    """Starts a listener as most code does: `create_task`, and nobody keeps the task."""

    def _begin(self, call: Call) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_task(call.begin(), name=call.subscription.name)


class Confirmations:
    """Who waits for whose confirmation; weakly, as signals of Django and blinker know their receivers."""

    def __init__(self) -> None:
        self._awaited: WeakValueDictionary[int, asyncio.Future[None]] = WeakValueDictionary()

    async def of(self, user_id: int) -> None:
        """Wait until the user has confirmed."""
        confirmation = asyncio.get_running_loop().create_future()
        self._awaited[user_id] = confirmation
        await confirmation

    def arrived(self, user_id: int) -> None:
        """Tell whoever waits for it, if anybody still does."""
        confirmation = self._awaited.get(user_id)
        if confirmation is not None and not confirmation.done():
            confirmation.set_result(None)


async def log_in_and_confirm(stage: Stage) -> str:
    """Let everybody log in and confirm it on the phone; some time meanwhile, the garbage collector comes by."""
    confirmations, let_in = Confirmations(), set[int]()

    async def let_in_when_confirmed(event: AuthLogin) -> None:
        await confirmations.of(event.user_id)
        let_in.add(event.user_id)

    async def confirm(user_id: int) -> None:
        await stage.store.session_owner(f"session-of-user-{user_id}")
        confirmations.arrived(user_id)

    async def collect_garbage() -> None:
        await stage.store.end_session("somebody else's")
        gc.collect()

    stage.bus.on(AuthLogin, let_in_when_confirmed)
    with no_other_collection():
        for user_id in stage.user_ids:
            stage.bus.emit(AuthLogin(user_id=user_id))
        await asyncio.gather(collect_garbage(), *map(confirm, stage.user_ids))
        await stage.bus.drain()
    left_out = len(stage.user_ids) - len(let_in)
    return f"{left_out} of {len(stage.user_ids)} people confirmed and were never let in" if left_out else ALL_IN


@contextmanager
def no_other_collection() -> Iterator[None]:
    """Keep Python from collecting whenever it likes: here that is to happen at one moment of the program."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


PITFALL = Pitfall(
    "collected-task",
    ALL_IN,
    (
        Variant(BROKEN, log_in_and_confirm, holds=False, bus=ForgetfulBus),
        Variant(REPAIRED, log_in_and_confirm),
    ),
)
