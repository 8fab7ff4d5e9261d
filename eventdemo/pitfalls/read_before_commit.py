"""`read-before-commit`: a listener looks up the new user that its event names, and the database has no such user.

Cause: the event is emitted inside the transaction. The listener reads through a connection of its own, which sees only
what was committed. Waiting for the listeners inside the transaction makes it certain.
Fix: emit after the commit. An outbox does so by itself, because no worker sees a job before its transaction is
committed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from eventdemo.backend.events import UserCreated
from eventdemo.backend.storage.model import User
from eventdemo.core.on_event import on_event
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

ALL_FOUND = "the listener finds every new user"


async def emit_then_commit(stage: Stage, new: int) -> None:
    async with stage.database.unit():
        await add_user(stage, new)
        stage.bus.emit(UserCreated(user_id=new))
        await stage.store.save_line_manager(new, "the boss")


async def wait_then_commit(stage: Stage, new: int) -> None:
    async with stage.database.unit():
        await add_user(stage, new)
        await stage.bus.emit_async(UserCreated(user_id=new))
        await stage.store.save_line_manager(new, "the boss")


async def commit_then_emit(stage: Stage, new: int) -> None:
    async with stage.database.unit():
        await add_user(stage, new)
        await stage.store.save_line_manager(new, "the boss")
    stage.bus.emit(UserCreated(user_id=new))


class Greeter:
    """Looks up each new user, in order to greet them by name; if there is none, the error is logged."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.found: list[str] = []

    @on_event(UserCreated)
    async def greet(self, event: UserCreated) -> None:
        user = await self.stage.store.user(event.user_id)
        self.found.append(user.username)


async def new_users(create: Callable[[Stage, int], Awaitable[None]], stage: Stage) -> str:
    """Create one user for each that there is, and count those that the listener didn't find."""
    greeter = Greeter(stage)
    stage.bus.subscribe(greeter)
    await asyncio.gather(*(create(stage, 1000 + user_id) for user_id in stage.user_ids))
    await stage.bus.drain()
    users, found = len(stage.user_ids), len(greeter.found)
    return ALL_FOUND if found == users else f"the listener finds {found} of {users} new users"


async def add_user(stage: Stage, new: int) -> None:
    await stage.store.save_user(User(id=new, username=f"user {new}", organisation_id=1))


PITFALL = pair(
    "read-before-commit",
    ALL_FOUND,
    partial(new_users, emit_then_commit),
    partial(new_users, commit_then_emit),
    Variant("waited-for", partial(new_users, wait_then_commit), holds=False),
)
