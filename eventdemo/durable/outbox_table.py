"""The table of the outbox and its SQL statements. Each statement is part of one short transaction."""

from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlmodel import AutoString

from eventdemo.backend.storage.dialects import MYSQL, UtcDateTime

TABLES = sa.MetaData()
ROWS = sa.Table(
    "outbox",
    TABLES,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", AutoString, unique=True, nullable=False),
    sa.Column("event", AutoString, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("listener", AutoString, nullable=False, index=True),
    sa.Column("accepted", UtcDateTime, nullable=False),
    sa.Column("due", UtcDateTime, nullable=False),
    sa.Column("leased_by", AutoString, index=True),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("expired_leases", sa.Integer, nullable=False, default=0),
    sa.Column("dead", sa.Boolean, nullable=False, default=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
)
_NO_LEASE = {"leased_by": None, "leased_until": None}
# Statements are built once, because building one takes longer than running it.
_ALIVE = ROWS.c.dead.is_(False)
_AVAILABLE = sa.and_(
    _ALIVE,
    ROWS.c.due <= sa.bindparam("now"),
    sa.or_(ROWS.c.leased_until.is_(None), ROWS.c.leased_until <= sa.bindparam("now")),
)
_IDS = ROWS.c.id.in_(sa.bindparam("ids", expanding=True))
LISTENERS_WITH_DUE = sa.select(ROWS.c.listener).where(_AVAILABLE).distinct()
DUE = (
    sa.select(ROWS.c.seq)
    .where(ROWS.c.listener == sa.bindparam("listener"), _AVAILABLE)
    .order_by(ROWS.c.seq)
    .limit(sa.bindparam("limit"))
    .with_for_update(skip_locked=True)  # so that two workers find different jobs; SQLite has one writer at a time
)
LEASE = (
    sa.update(ROWS)
    # SQLite locks nothing when it looks: another worker may have changed the job since.
    .where(ROWS.c.seq.in_(sa.bindparam("chosen", expanding=True)), _AVAILABLE)
    .ordered_values(  # MariaDB assigns from left to right, so the last two must follow what reads them
        (ROWS.c.expired_leases, ROWS.c.expired_leases + sa.case((ROWS.c.leased_until.is_(None), 0), else_=1)),
        (ROWS.c.leased_by, sa.bindparam("token")),
        (ROWS.c.leased_until, sa.bindparam("until")),
    )
)
LEASED = sa.select(ROWS).where(ROWS.c.leased_by == sa.bindparam("token")).order_by(ROWS.c.seq)
_HELD = _IDS & ROWS.c.leased_by.in_(sa.bindparam("tokens", expanding=True))
HELD = sa.select(ROWS.c.id, ROWS.c.leased_by).where(_HELD)
RENEW = sa.update(ROWS).where(_HELD).values(leased_until=sa.bindparam("until"))
RELEASE = sa.update(ROWS).where(_HELD).values(**_NO_LEASE)
DELETE = sa.delete(ROWS).where(_HELD)
_FAILED = {"attempts": ROWS.c.attempts + 1, "reason": sa.bindparam("new_reason"), **_NO_LEASE}
RETRY_LATER = sa.update(ROWS).where(_HELD).values(due=sa.bindparam("new_due"), **_FAILED)
DEAD_LETTER = sa.update(ROWS).where(_HELD).values(dead=True, **_FAILED)
WAITING = sa.select(sa.func.count()).select_from(ROWS).where(_ALIVE)
ORPHANS = (
    sa.select(ROWS.c.listener, sa.func.count())
    .where(_ALIVE, ROWS.c.listener.not_in(sa.bindparam("known", expanding=True)))
    .group_by(ROWS.c.listener)
    .order_by(ROWS.c.listener)
)
NEXT_DUE = sa.select(sa.func.min(sa.func.coalesce(ROWS.c.leased_until, ROWS.c.due), type_=UtcDateTime)).where(
    _ALIVE, ROWS.c.listener.in_(sa.bindparam("listeners", expanding=True))
)
DEAD_LETTERS = sa.select(ROWS).where(ROWS.c.dead.is_(True)).order_by(ROWS.c.seq)
RETRY = (
    sa.update(ROWS)
    .where(ROWS.c.dead.is_(True), _IDS)
    .values(dead=False, attempts=0, expired_leases=0, due=sa.bindparam("now"))
)


@cache
def insert_new(dialect: str) -> sa.Insert:
    """Insert the jobs that are not stored yet. Another process may store the same job at the same moment."""
    is_mysql = dialect in MYSQL
    # The engine has imported the dialect of its database, and the others would only take time and memory.
    insert: Any = import_module(f"sqlalchemy.dialects.{'mysql' if is_mysql else dialect}").insert(ROWS)
    new: sa.Insert = (
        insert.on_duplicate_key_update(id=ROWS.c.id)
        if is_mysql
        else insert.on_conflict_do_nothing(index_elements=[ROWS.c.id])
    )
    return new
