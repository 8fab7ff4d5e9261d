"""The queries that listeners and controllers need, one short method for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, inspect, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from eventdemo.backend.services import Employee, Integration, PendingTask
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import (
    ADMIN,
    EMPLOYEE,
    Approval,
    Credential,
    Device,
    IntegrationDetails,
    LoginSession,
    Notification,
    User,
)
from eventdemo.core import clock

# Statements are built once, because building one costs more than running it.
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
    .where(
        LoginSession.token_digest == bindparam("digest"),
        col(LoginSession.expires) > bindparam("now"),
        col(User.is_active),
    )
)
_END_SESSION = delete(LoginSession).where(col(LoginSession.token_digest) == bindparam("ended"))
_END_SESSIONS = delete(LoginSession).where(col(LoginSession.user_id) == bindparam("owner"))
_END_EXPIRED = _END_SESSIONS.where(col(LoginSession.expires) <= bindparam("now"))
_PASSWORD = (
    select(User.id, Credential.password_hash)
    .join(Credential, col(Credential.user_id) == User.id)
    .where(User.username == bindparam("username"), col(User.is_active))
)
_ROLE = select(Credential.role).where(Credential.user_id == bindparam("of"))
_SET_PASSWORD = update(Credential).where(col(Credential.user_id) == bindparam("owner"))
_ADD_NOTIFICATION = insert(Notification)
_DELETE_NOTIFICATION = delete(Notification).where(
    col(Notification.user_id) == bindparam("owner"),
    col(Notification.domain) == bindparam("in_domain"),
    col(Notification.task_id) == bindparam("task"),
)


SESSION_LIFETIME = timedelta(hours=12)
MAX_ID = 2**31 - 1
"""The greatest id that a column can hold on PostgreSQL and MariaDB, which reject greater ones."""


class UnknownUserError(LookupError):
    """The user does not exist, or their organisation does not use the requested system."""


class TakenError(ValueError):
    """A value that has to be unique is already in use."""


class Account(NamedTuple):
    username: str
    integration: Integration


class Store:
    """All queries. Every method is one transaction, or a part of the unit of work in which it is called."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._write = database.write
        self._read = database.read

    # Users

    async def user(self, user_id: int) -> User:
        found = None
        if abs(user_id) <= MAX_ID:
            found = await self._database.read_with_session(lambda session: session.get(User, user_id))
        if found is None:
            raise UnknownUserError(f"There is no user {user_id}.")
        return found

    async def user_named(self, username: str) -> User:
        query = select(User).where(User.username == username)
        if (found := await self._database.read_with_session(lambda session: session.exec(query).first())) is None:
            raise UnknownUserError(f"There is no user named {username!r}.")
        return found

    async def save_user(self, user: User) -> User:
        """Store a new user, or the changed fields of a known one; return the stored user."""
        try:
            return await self._database.write_with_session(partial(_save, user))
        except IntegrityError as error:
            raise TakenError(f"The username {user.username!r} is taken.") from error

    async def account(self, user_id: int, system: str) -> Account:
        row = await self._read(lambda c: c.execute(_ACCOUNT, {"user_id": user_id, "system": system}).first())
        if row is None:
            raise UnknownUserError(f"User {user_id} is unknown, or their organisation has no {system} integration.")
        return Account(row[0], Integration(*row[1:]))

    async def save_profile(self, user_id: int, employee: Employee) -> None:
        changes = {"full_name": employee.full_name, "job_title": employee.job_title}
        await self._write(lambda c: c.execute(_USER.values(**changes), {"of": user_id}))

    async def save_line_manager(self, user_id: int, username: str | None) -> None:
        """Store a user's line manager; the head of the company has none."""
        await self._write(lambda c: c.execute(_USER.values(line_manager=username), {"of": user_id}))

    async def employees_after(self, user_id: int, size: int) -> Sequence[int]:
        """Return the ids of the next `size` active employees after `user_id`.

        Pages follow a key that no job changes. Offset pagination ordered by a date that the job updates would skip
        every second page: finished users move to the end of the list, and the next offset skips as many others.
        """
        rows = await self._read(lambda c: c.execute(_EMPLOYEES, {"after": user_id, "size": size}).all())
        return [row[0] for row in rows]

    async def mark_synced(self, user_id: int, now: datetime) -> None:
        await self._write(lambda c: c.execute(_SYNCED, {"of": user_id, "now": now}))

    async def mark_checked(self, user_id: int, now: datetime) -> None:
        await self._write(lambda c: c.execute(_CHECKED, {"of": user_id, "now": now}))

    # Passwords, sessions and devices

    async def password_of(self, username: str) -> tuple[int, str] | None:
        """Return the id of an active user and the hash of the user's password, or None if there is no such password."""
        row = await self._read(lambda c: c.execute(_PASSWORD, {"username": username}).first())
        return row and (row[0], row[1])

    async def save_password(self, user_id: int, password_hash: str) -> None:
        """Store the hash of a user's new password, and end the sessions that began with the old one."""
        await self._write(partial(_save_password, user_id, password_hash))

    async def is_admin(self, user_id: int) -> bool:
        return await self._read(lambda c: c.execute(_ROLE, {"of": user_id}).scalar()) == ADMIN

    async def open_session(self, token: str, user_id: int) -> None:
        """Store a session that ends after `SESSION_LIFETIME`, and delete those of the user that have expired."""
        session = {"token_digest": digest_of(token), "user_id": user_id, "expires": clock.now() + SESSION_LIFETIME}
        try:
            await self._write(partial(_open_session, session))
        except IntegrityError as error:
            raise TakenError("This session token is taken: log in with another.") from error

    async def session_owner(self, token: str) -> int | None:
        """Return the id of the active user who is logged in with `token`, or None."""
        session = {"digest": digest_of(token), "now": clock.now()}
        return await self._read(lambda c: c.execute(_SESSION, session).scalar())

    async def end_session(self, token: str) -> None:
        await self._write(lambda c: c.execute(_END_SESSION, {"ended": digest_of(token)}))

    async def device_tokens(self, user_id: int, *, logged_in: bool = False) -> Sequence[str]:
        """Return the FCM tokens of a user's devices, or only of those that are logged in."""
        query = _REACHABLE if logged_in else _TOKENS
        rows = await self._read(lambda c: c.execute(query, {"owner": user_id}).all())
        return [row[0] for row in rows]

    async def log_out_devices(self, user_id: int) -> None:
        await self._write(lambda c: c.execute(_LOG_OUT, {"owner": user_id}))

    # Notifications and audit trails

    async def add_notification(self, user_id: int, task: PendingTask) -> bool:
        """Record that a user is notified of a task; return False if this was already recorded."""
        row = {"user_id": user_id, "domain": task.domain, "task_id": task.id, "title": task.title}
        try:
            await self._write(lambda c: c.execute(_ADD_NOTIFICATION, row))
        except IntegrityError:
            return False
        return True

    async def remove_notification(self, user_id: int, task: PendingTask) -> None:
        which = {"owner": user_id, "in_domain": task.domain, "task": task.id}
        await self._write(lambda c: c.execute(_DELETE_NOTIFICATION, which))

    async def notifications(self, user_id: int) -> Sequence[Notification]:
        query = select(Notification).where(Notification.user_id == user_id).order_by(col(Notification.id))
        return await self._database.read_with_session(lambda session: session.exec(query).all())

    async def add_approval(self, entry: Approval) -> bool:
        """Add a line to an audit trail; return False if this event already has one.

        By a statement: a transaction that conflicts is run again, and a session takes the same object for a stored one.
        """
        line = entry.model_dump(exclude={"id"})
        try:
            await self._write(lambda c: c.execute(insert(type(entry)), line))
        except IntegrityError:
            return False
        return True

    async def approvals(self, trail: type[Approval]) -> Sequence[Approval]:
        return await self._database.read_with_session(lambda session: session.exec(select(trail)).all())


def digest_of(token: str) -> str:
    """Return what is stored of a session's token. It is random and long, so it needs no slow hash."""
    return sha256(token.encode()).hexdigest()


def _open_session(session: dict[str, object], connection: Connection) -> None:
    connection.execute(_END_EXPIRED, {"owner": session["user_id"], "now": clock.now()})
    connection.execute(insert(LoginSession), session)


def _save_password(user_id: int, password_hash: str, connection: Connection) -> None:
    connection.execute(_END_SESSIONS, {"owner": user_id})
    changed = connection.execute(_SET_PASSWORD.values(password_hash=password_hash), {"owner": user_id})
    if not changed.rowcount:
        connection.execute(insert(Credential), {"user_id": user_id, "password_hash": password_hash})


def _save(user: User, session: Session) -> User:
    """Write a new row, or only the changed fields of a row that was read before, because others may write to it too."""
    known = inspect(user)
    stored = session.get(User, user.id) if known.detached else None
    if stored is None:
        return session.merge(user)
    for attribute in known.attrs:
        if attribute.history.has_changes():
            setattr(stored, attribute.key, attribute.value)
    return stored
