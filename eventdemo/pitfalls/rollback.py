"""`rollback`: laptops are ordered for colleagues who do not exist.

Cause: the event is emitted inside the transaction, and the commit that it counts on fails: nothing takes an event back.
Repair: emit after the commit. Should the process die between the two, the event is lost instead; an outbox, which is
written in the same transaction and read after the commit, closes that gap too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy import insert

from eventdemo.backend.storage.model import Device, User
from eventdemo.backend.storage.store import UnknownUserError
from eventdemo.core.events import UserCreated
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

NO_GHOSTS = "laptops are ordered for colleagues only"
Hire = Callable[[Stage, int, str], Awaitable[None]]


async def announce_then_commit(stage: Stage, new: int, phone: str) -> None:
    """Hire somebody, and say so while the transaction is still open."""
    async with stage.database.unit():
        await add_user(stage, new)
        stage.bus.emit(UserCreated(user_id=new))
        await add_phone(stage, new, phone)


async def commit_then_announce(stage: Stage, new: int, phone: str) -> None:
    """Hire somebody, and say so when that is settled."""
    async with stage.database.unit():
        await add_user(stage, new)
        await add_phone(stage, new, phone)
    stage.bus.emit(UserCreated(user_id=new))


async def broken(stage: Stage) -> str:
    """Hire on an event that comes too early."""
    return await first_of_the_month(stage, announce_then_commit)


async def repaired(stage: Stage) -> str:
    """Hire on an event that is true."""
    return await first_of_the_month(stage, commit_then_announce)


async def first_of_the_month(stage: Stage, hire: Hire) -> str:
    """Have everybody hire a colleague, two at a time with the same phone; count laptops for who does not exist."""
    ordered: list[int] = []

    async def order_laptop(event: UserCreated) -> None:
        ordered.append(event.user_id)

    stage.bus.on(UserCreated, order_laptop)
    hired = (hire(stage, 1000 + user_id, f"phone {(user_id + 1) // 2}") for user_id in stage.user_ids)
    await asyncio.gather(*hired, return_exceptions=True)
    await stage.bus.drain()
    ghosts = [user_id for user_id in ordered if not await exists(stage, user_id)]
    return f"{len(ghosts)} of {len(ordered)} laptops are ordered for nobody" if ghosts else NO_GHOSTS


async def add_user(stage: Stage, new: int) -> None:
    """Store a colleague."""
    await stage.store.save_user(User(id=new, username=f"colleague.{new}", organisation_id=1))


async def add_phone(stage: Stage, new: int, phone: str) -> None:
    """Store a colleague's phone; no two people may have the same, so the second one's transaction fails."""
    row = {"user_id": new, "token": phone, "is_logged_in": True}
    await stage.database.write(lambda c: c.execute(insert(Device), row))


async def exists(stage: Stage, user_id: int) -> bool:
    """Tell whether there is such a user."""
    with suppress(UnknownUserError):
        return bool(await stage.store.user(user_id))
    return False


PITFALL = pair("rollback", NO_GHOSTS, broken, repaired, users_explored=2)
