"""`collected-task`: users confirm a login and are never let in, because the waiting listener has disappeared.

Cause: no code keeps a reference to the listener's task. The event loop's own reference is weak, so if the task waits
for a future that nothing else refers to, it is garbage collected (seen on CPython 3.11 to 3.13; a timer would hold it).
Fix: keep a reference until the task finishes, as the bus does; then `drain` can wait for it too.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

from eventdemo.backend.events import AuthLogin
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Delivery
from eventdemo.core.runner import Runner
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

ALL_IN = "every user who confirms is let in"


class Forgetful(Runner):
    """Starts a listener as most code does: with `create_task`, and without a reference to the task."""

    def launch(self, delivery: Delivery) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_task(delivery.coroutine(), name=delivery.subscription.name)


class ForgetfulBus(EventBus):
    def __init__(self, **options: Any) -> None:
        super().__init__(runner=Forgetful(), **options)


class Confirmations:
    """The pending confirmations, with weak references, as Django's and blinker's signals keep their receivers."""

    def __init__(self) -> None:
        self._awaited: WeakValueDictionary[int, asyncio.Future[None]] = WeakValueDictionary()

    async def wait_for(self, user_id: int) -> None:
        confirmation = asyncio.get_running_loop().create_future()
        self._awaited[user_id] = confirmation
        await confirmation

    def arrived(self, user_id: int) -> None:
        """Wake the listener that waits for the user's confirmation, if it still exists."""
        confirmation = self._awaited.get(user_id)
        if confirmation is not None and not confirmation.done():
            confirmation.set_result(None)


async def log_in_and_confirm(stage: Stage) -> str:
    """Log all users in and let them confirm on the phone, with one garbage collection in between."""
    confirmations, let_in = Confirmations(), set[int]()

    async def let_in_when_confirmed(event: AuthLogin) -> None:
        await confirmations.wait_for(event.user_id)
        let_in.add(event.user_id)

    async def confirm(user_id: int) -> None:
        await stage.store.session_owner(f"session-of-user-{user_id}")
        confirmations.arrived(user_id)

    async def collect_garbage() -> None:
        await stage.store.end_session("unrelated")
        gc.collect()

    stage.bus.on(AuthLogin, let_in_when_confirmed)
    with no_other_collection():
        for user_id in stage.user_ids:
            stage.bus.emit(AuthLogin(user_id=user_id))
        await asyncio.gather(collect_garbage(), *map(confirm, stage.user_ids))
        await stage.bus.drain()
    left_out = len(stage.user_ids) - len(let_in)
    return f"{left_out} of {len(stage.user_ids)} users confirmed and were never let in" if left_out else ALL_IN


@contextmanager
def no_other_collection() -> Iterator[None]:
    """Disable automatic collection, so that it happens at one point of the program only."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


PITFALL = pair("collected-task", ALL_IN, log_in_and_confirm, log_in_and_confirm, bus=ForgetfulBus)
