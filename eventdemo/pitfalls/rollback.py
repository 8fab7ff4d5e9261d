"""`rollback`: laptops are ordered for colleagues who do not exist.

Cause: the event is emitted inside the transaction. If the commit then fails, the event can't be taken back.
Fix: emit after the commit. If the process dies between the two, the event is lost; an outbox, which is written in the
same transaction and read after the commit, closes that gap too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from sqlalchemy import insert

from eventdemo.backend.events import UserCreated
from eventdemo.backend.storage.model import Device, User
from eventdemo.backend.storage.store import UnknownUserError
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

NO_GHOSTS = "every laptop is ordered for an existing colleague"


async def announce_then_commit(stage: Stage, new: int, phone: str) -> None:
    """Hire a colleague, and emit too early: while the transaction is still open."""
    async with stage.database.unit():
        await add_user(stage, new)
        stage.bus.emit(UserCreated(user_id=new))
        await add_phone(stage, new, phone)


async def commit_then_announce(stage: Stage, new: int, phone: str) -> None:
    async with stage.database.unit():
        await add_user(stage, new)
        await add_phone(stage, new, phone)
    stage.bus.emit(UserCreated(user_id=new))


async def first_of_the_month(hire: Callable[[Stage, int, str], Awaitable[None]], stage: Stage) -> str:
    """Hire one colleague per user, each two with the same phone; count the laptops for those who do not exist."""
    ordered: list[int] = []

    @stage.bus.on(UserCreated)
    async def order_laptop(event: UserCreated) -> None:
        ordered.append(event.user_id)

    hired = (hire(stage, 1000 + user_id, f"phone {(user_id + 1) // 2}") for user_id in stage.user_ids)
    await asyncio.gather(*hired, return_exceptions=True)
    await stage.bus.drain()
    ghosts = [user_id for user_id in ordered if not await exists(stage, user_id)]
    found = f"{len(ghosts)} of {len(ordered)} laptops are ordered for colleagues who do not exist"
    return found if ghosts else NO_GHOSTS


async def add_user(stage: Stage, new: int) -> None:
    await stage.store.save_user(User(id=new, username=f"colleague.{new}", organisation_id=1))


async def add_phone(stage: Stage, new: int, phone: str) -> None:
    """Store a colleague's phone; phones are unique, so the transaction of the second colleague fails."""
    row = {"user_id": new, "token": phone, "is_logged_in": True}
    await stage.database.write(lambda c: c.execute(insert(Device), row))


async def exists(stage: Stage, user_id: int) -> bool:
    with suppress(UnknownUserError):
        return bool(await stage.store.user(user_id))
    return False


PITFALL = pair(
    "rollback",
    NO_GHOSTS,
    partial(first_of_the_month, announce_then_commit),
    partial(first_of_the_month, commit_then_announce),
    users_explored=2,
)
