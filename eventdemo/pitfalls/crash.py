"""`crash`: a user is deleted, but their devices stay logged in forever, although the listener has a `finally`.

Cause: a killed process loses the work in progress, and neither `except` nor `finally` runs (claims 71 and 72).
Fix: store the work to do in the same transaction as the change, and resume it at the next start. The work is then done
at least once, perhaps twice. A delivery that the kill cut off still counts as lost; its work is in a later one.
`--repair outbox` does this for every event.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, insert, select, update
from sqlmodel import col

from eventdemo.backend.events import UserDeleted
from eventdemo.backend.patterns.lifecycle import UserService
from eventdemo.backend.storage.model import User
from eventdemo.instances.end_checks import FinalState, deleted_logged_out
from eventdemo.instances.process import DiedError
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

KILLED_AFTER, BACK_AFTER = 0.006, 0.02
"""Seconds until the kill, when some listeners have not finished, and from then until the restart."""
TABLES = MetaData()
TO_DO = Table("to_do", TABLES, Column("user_id", Integer, primary_key=True))


async def broken(stage: Stage) -> str:
    """Rely on `finally` to store the work that is left."""
    noted: set[int] = set()
    stage.database.create_tables(TABLES)

    @stage.bus.on(UserDeleted)
    async def log_out_devices(event: UserDeleted) -> None:
        noted.add(event.user_id)
        try:
            await stage.store.log_out_devices(event.user_id)
            noted.remove(event.user_id)
        finally:
            if event.user_id in noted:
                await stage.database.write(partial(note, event.user_id))

    return await kill_and_restart(stage, UserService(stage.bus, stage.store).delete)


async def repaired(stage: Stage) -> str:
    """Store the work together with the change."""
    stage.database.create_tables(TABLES)
    stage.bus.on(UserDeleted, partial(log_out_and_mark_done, stage))
    return await kill_and_restart(stage, partial(delete_and_note, stage))


async def kill_and_restart(stage: Stage, delete_user: Callable[[int], Awaitable[object]]) -> str:
    """Delete all users at once, in a process that is killed meanwhile; it emits again for the work that was stored."""

    async def work() -> None:
        await asyncio.gather(*map(delete_user, stage.user_ids))
        await stage.bus.drain()

    async def kill() -> None:
        await asyncio.sleep(KILLED_AFTER)
        stage.process.kill()

    async with asyncio.TaskGroup() as group:
        group.create_task(kill())
        with suppress(DiedError):
            await stage.process.run(work)
    await asyncio.sleep(BACK_AFTER)
    again = stage.start("A")
    again.bus.on(UserDeleted, partial(log_out_and_mark_done, again))
    await again.process.run(partial(resume, again))
    return deleted_logged_out.outcome(FinalState(stage.database, stage.services))


async def resume(stage: Stage) -> None:
    for user_id in await stage.database.read(lambda c: c.execute(select(TO_DO.c.user_id)).scalars().all()):
        await stage.bus.emit_async(UserDeleted(user_id=user_id))


async def delete_and_note(stage: Stage, user_id: int) -> None:
    """Delete a user and store the work to do in one transaction; then emit."""
    await stage.database.write(partial(mark_and_note, user_id))
    stage.bus.emit(UserDeleted(user_id=user_id))


async def log_out_and_mark_done(stage: Stage, event: UserDeleted) -> None:
    """Log the user's devices out, and delete the stored work."""
    await stage.store.log_out_devices(event.user_id)
    await stage.database.write(lambda c: c.execute(delete(TO_DO).where(TO_DO.c.user_id == event.user_id)))


def mark_and_note(user_id: int, connection: Connection) -> None:
    connection.execute(update(User).where(col(User.id) == user_id).values(is_active=False, is_deleted=True))
    note(user_id, connection)


def note(user_id: int, connection: Connection) -> None:
    connection.execute(insert(TO_DO), {"user_id": user_id})


PITFALL = pair("crash", deleted_logged_out.claim, broken, repaired)
