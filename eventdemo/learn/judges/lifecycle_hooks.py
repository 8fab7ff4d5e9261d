"""The judges of the exercises of `lifecycle_hooks`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import access, wait
from eventdemo.learn.judging import in_every_schedule, read, require, write

CREATED, UPDATED, DELETED = "user.created", "user.updated", "user.deleted"
ANN, BO, CY = 7, 8, 9
ROWS = "the rows"


class UnknownUserError(LookupError):
    """The table has no such user."""


class Table:
    """The users table. Ann is active, Bo is deleted already, and Cy's row can't be stored."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {each: {"id": each, "is_deleted": each == BO} for each in (ANN, BO, CY)}

    async def get(self, user_id: int) -> dict[str, Any]:
        """Return a copy of a row."""
        await wait()
        if user_id not in self.rows:
            raise UnknownUserError(f"There is no user {user_id}.")
        return dict(self.rows[user_id])

    async def save(self, user: dict[str, Any]) -> None:
        await write(ROWS)
        if user["id"] == CY:
            raise ConnectionError("The database is down.")
        self.rows[user["id"]] = dict(user)


async def delete_users(delete: Callable[[Table, EventBus, int], Awaitable[Any]], bus: EventBus) -> None:
    """Delete a user, one who is deleted already, one whose row can't be stored, and one who doesn't exist."""
    table, events, errors = Table(), list[str](), list[int]()

    async def failing_hook(_: int) -> None:
        raise ConnectionError("the webhook is down")

    for name in (CREATED, UPDATED, DELETED):
        bus.on(name, _noting(name, table, events))
        bus.on(name, failing_hook)
    for user_id in (ANN, BO, CY, 10):
        try:
            await delete(table, bus, user_id)
        except (ConnectionError, LookupError, ExceptionGroup):
            errors.append(user_id)
    await bus.drain()
    access(ROWS, write=False)
    require(table.rows[ANN]["is_deleted"], "user 7 is not deleted")
    require(ANN not in errors, "user 7 was deleted, and the caller got the error of a hook")
    require(events == [f"{DELETED} of {ANN}"], f"the events are: {', '.join(events) or 'none'}")
    require(errors == [CY, 10], f"the callers that got an error are those of the users {errors}")


one_change_one_event = in_every_schedule(delete_users, "One event for one change, and none if nothing changed, {}.")


def _noting(name: str, table: Table, events: list[str]) -> Callable[[int], None]:
    def note(user_id: int) -> None:
        stored = user_id in table.rows and table.rows[user_id]["is_deleted"]
        events.append(f"{name} of {user_id}" + ("" if stored else " before it was stored"))

    return note


class Database:
    """A database whose transaction of user 8 fails when it is committed."""

    def __init__(self) -> None:
        self.committed: set[int] = set()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[set[int]]:
        """Yield a set of new rows, and commit it at the end of the block."""
        rows: set[int] = set()
        yield rows
        await write(ROWS)
        if BO in rows:
            raise ConnectionError("The phone of user 8 is in use.")
        self.committed |= rows


async def create_users(create: Callable[[Database, EventBus, int], Awaitable[Any]], bus: EventBus) -> None:
    """Create a user, and one whose commit fails."""
    database, seen, errors = Database(), list[str](), list[int]()

    async def greet(user_id: int) -> None:
        await read(ROWS)
        seen.append(f"{user_id} {'found' if user_id in database.committed else 'not found'}")

    bus.on(CREATED, greet)
    for user_id in (ANN, BO):
        try:
            await create(database, bus, user_id)
        except ConnectionError:
            errors.append(user_id)
    await bus.drain()
    require(errors, "the commit of user 8 failed, and the caller got no error")
    require(errors == [BO], f"errors of {errors}")
    require(seen == [f"{ANN} found"], f"the hook looked for these users: {', '.join(seen) or 'none'}")
    require(database.committed == {ANN}, "user 7 is not committed")


after_the_commit = in_every_schedule(create_users, "The hook finds each user that its event names, {}.")


ENTITIES: Sequence[dict[str, Any]] = (
    {"name": "Ann"},
    {"id": None, "name": "Ann"},
    {"id": 42, "name": "Ann"},
    {"id": 0, "name": "root"},
    {"id": "a7", "name": "Ann"},
    {"id": 42},
)


def created_or_updated(event_for: Callable[[dict[str, Any]], Any]) -> str:
    """Ask for the event of several users, with ids and without."""
    for entity in ENTITIES:
        given = dict(entity)
        got = event_for(given)
        returned = f"For {entity} you returned {got!r}"
        require(got in (CREATED, UPDATED), f"{returned}, which is neither {CREATED!r} nor {UPDATED!r}.")
        is_new = entity.get("id") is None
        state = "no id yet" if is_new else "an id, so it is in the table already"
        require((got == CREATED) == is_new, f"{returned}, and this user has {state}.")
        require(given == entity, f"Your function has changed the user: {entity} has become {given}.")
    return "A user is new if it has no id. Nothing else about it matters."
