"""What listeners and controllers ask of the database, one short method a question."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, inspect, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from eventdemo.backend.services import Employee, Integration, PendingTask
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import (
    EMPLOYEE,
    Approval,
    Device,
    IntegrationDetails,
    LoginSession,
    Notification,
    User,
)

# Statements are built once: putting one together costs more than running it.
_ACCOUNT = (
    select(User.username, IntegrationDetails.base_url, IntegrationDetails.client_id, IntegrationDetails.client_secret)
    .join(IntegrationDetails, col(IntegrationDetails.organisation_id) == User.organisation_id)
    .where(col(User.id) == bindparam("user_id"), IntegrationDetails.system == bindparam("system"))
)
_TOKENS = select(Device.token).where(Device.user_id == bindparam("owner")).order_by(col(Device.id))
_REACHABLE = _TOKENS.where(col(Device.is_logged_in))
_LOG_OUT = update(Device).where(col(Device.user_id) == bindparam("owner")).values(is_logged_in=False)
_EMPLOYEES = (
    select(User.id)
    .where(col(User.id) > bindparam("after"), User.user_type == EMPLOYEE, col(User.is_active))
    .order_by(col(User.id))
    .limit(bindparam("size"))
)
_USER = update(User).where(col(User.id) == bindparam("of"))
_SYNCED = _USER.values(last_synced=bindparam("now"))
_CHECKED = _USER.values(last_checked=bindparam("now"))
_SESSION = (
    select(LoginSession.user_id)
    .join(User, col(User.id) == LoginSession.user_id)
    .where(LoginSession.token == bindparam("token"), col(User.is_active))
)
_END_SESSION = delete(LoginSession).where(col(LoginSession.token) == bindparam("ended"))
_NOTIFIED = insert(Notification)
_UNTOLD = delete(Notification).where(
    col(Notification.user_id) == bindparam("owner"),
    col(Notification.domain) == bindparam("in_domain"),
    col(Notification.task_id) == bindparam("task"),
)


GREATEST_ID = 2**63 - 1
"""The greatest number that a column of ids holds; databases disagree about what a greater one is."""


class UnknownUserError(LookupError):
    """There is no such user, or the user's organisation does not use the system that was asked for."""


class TakenError(ValueError):
    """What has to be unique belongs to somebody else."""


class Account(NamedTuple):
    """How one user is known in one external system."""

    username: str
    integration: Integration


class Store:
    """The backend's memory. Every method is one transaction, or a part of the unit that it is called in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._write = database.write
        self._read = database.read

    # Users

    async def user(self, user_id: int) -> User:
        """Return a user."""
        if abs(user_id) > GREATEST_ID or (found := await self._found(user_id)) is None:
            raise UnknownUserError(f"There is no user {user_id}.")
        return found

    async def _found(self, user_id: int) -> User | None:
        return await self._database.read_with_session(lambda session: session.get(User, user_id))

    async def user_named(self, username: str) -> User:
        """Return the user with this username."""
        query = select(User).where(User.username == username)
        if (found := await self._database.read_with_session(lambda session: session.exec(query).first())) is None:
            raise UnknownUserError(f"There is no user named {username!r}.")
        return found

    async def save_user(self, user: User) -> User:
        """Store a new user, or the changes to a known one, and nothing else of it; return it as stored."""
        try:
            return await self._database.write_with_session(partial(_save, user))
        except IntegrityError as error:
            raise TakenError(f"The username {user.username!r} is taken.") from error

    async def account(self, user_id: int, system: str) -> Account:
        """Return how a user is known in an external system."""
        row = await self._read(lambda c: c.execute(_ACCOUNT, {"user_id": user_id, "system": system}).first())
        if row is None:
            raise UnknownUserError(f"User {user_id} is unknown, or their organisation has no {system} integration.")
        return Account(row[0], Integration(*row[1:]))

    async def save_profile(self, user_id: int, employee: Employee) -> None:
        """Copy an employee's profile from the HR system to the user."""
        changes = {"full_name": employee.full_name, "job_title": employee.job_title}
        await self._write(lambda c: c.execute(_USER.values(**changes), {"of": user_id}))

    async def save_line_manager(self, user_id: int, username: str | None) -> None:
        """Remember who approves for a user; nobody does for the person at the top."""
        await self._write(lambda c: c.execute(_USER.values(line_manager=username), {"of": user_id}))

    async def employees_after(self, user_id: int, size: int) -> Sequence[int]:
        """Return the ids of the next `size` active employees after `user_id`.

        Pages follow a key that no job changes. Paging by offset over the date that the job moves would skip every
        second page: users already done leave the front of the queue, and the next offset jumps over as many.
        """
        rows = await self._read(lambda c: c.execute(_EMPLOYEES, {"after": user_id, "size": size}).all())
        return [row[0] for row in rows]

    async def mark_synced(self, user_id: int, now: datetime) -> None:
        """Remember when the profile was brought up to date."""
        await self._write(lambda c: c.execute(_SYNCED, {"of": user_id, "now": now}))

    async def mark_checked(self, user_id: int, now: datetime) -> None:
        """Remember when pending tasks were looked for."""
        await self._write(lambda c: c.execute(_CHECKED, {"of": user_id, "now": now}))

    # Sessions and devices

    async def open_session(self, token: str, user_id: int) -> None:
        """Let `token` stand for a logged-in user."""
        try:
            await self._write(lambda c: c.execute(insert(LoginSession), {"token": token, "user_id": user_id}))
        except IntegrityError as error:
            raise TakenError("This session token is taken: log in with another.") from error

    async def session_owner(self, token: str) -> int | None:
        """Return who is logged in with `token`, or None; a user who was deleted no longer is."""
        return await self._read(lambda c: c.execute(_SESSION, {"token": token}).scalar())

    async def end_session(self, token: str) -> None:
        """Forget `token`."""
        await self._write(lambda c: c.execute(_END_SESSION, {"ended": token}))

    async def device_tokens(self, user_id: int, *, logged_in: bool = False) -> Sequence[str]:
        """Return the FCM tokens of a user's devices; of those still logged in, if asked for."""
        query = _REACHABLE if logged_in else _TOKENS
        rows = await self._read(lambda c: c.execute(query, {"owner": user_id}).all())
        return [row[0] for row in rows]

    async def log_out_devices(self, user_id: int) -> None:
        """Stop sending to a user's devices, and keep their tokens for whoever cleans up."""
        await self._write(lambda c: c.execute(_LOG_OUT, {"owner": user_id}))

    # Notifications and audit trails

    async def add_notification(self, user_id: int, task: PendingTask) -> bool:
        """Remember that a user is told about a task; return False if that was known."""
        row = {"user_id": user_id, "domain": task.domain, "task_id": task.id, "title": task.title}
        try:
            await self._write(lambda c: c.execute(_NOTIFIED, row))
        except IntegrityError:
            return False
        return True

    async def remove_notification(self, user_id: int, task: PendingTask) -> None:
        """Forget that a user was told about a task."""
        which = {"owner": user_id, "in_domain": task.domain, "task": task.id}
        await self._write(lambda c: c.execute(_UNTOLD, which))

    async def notifications(self, user_id: int) -> Sequence[Notification]:
        """Return what a user was told, oldest first."""
        query = select(Notification).where(Notification.user_id == user_id).order_by(col(Notification.id))
        return await self._database.read_with_session(lambda session: session.exec(query).all())

    async def add_approval(self, entry: Approval) -> bool:
        """Write a line into an audit trail; return False if this event is in it already."""
        try:
            await self._database.write_with_session(lambda session: session.add(entry))
        except IntegrityError:
            return False
        return True

    async def approvals(self, trail: type[Approval]) -> Sequence[Approval]:
        """Return an audit trail, oldest first."""
        return await self._database.read_with_session(lambda session: session.exec(select(trail)).all())


def _save(user: User, session: Session) -> User:
    """Write a new row, or of a row that was read before only what has changed since: others may write to it too."""
    known = inspect(user)
    stored = session.get(User, user.id) if known.detached else None
    if stored is None:
        return session.merge(user)
    for attribute in known.attrs:
        if attribute.history.has_changes():
            setattr(stored, attribute.key, attribute.value)
    return stored
