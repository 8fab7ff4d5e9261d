"""The table of the outbox and its SQL statements. Each statement is part of one short transaction."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from eventdemo.backend.storage.model import UtcDateTime

TABLES = MetaData()
ROWS = Table(
    "outbox",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("id", String, unique=True, nullable=False),
    Column("event", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("listener", String, nullable=False, index=True),
    Column("accepted", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("leased_by", String, index=True),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("expired_leases", Integer, nullable=False, default=0),
    Column("dead", Boolean, nullable=False, default=False),
    Column("reason", Text, nullable=False, default=""),
)
_NO_LEASE = {"leased_by": None, "leased_until": None}
# Statements are built once, because building one takes longer than running it.
_ALIVE = ROWS.c.dead.is_(False)
_AVAILABLE = or_(ROWS.c.leased_until.is_(None), ROWS.c.leased_until <= bindparam("now"))
KNOWN = select(ROWS.c.id).where(ROWS.c.id.in_(bindparam("ids", expanding=True)))
LISTENERS_WITH_DUE = select(ROWS.c.listener).where(_ALIVE, ROWS.c.due <= bindparam("now"), _AVAILABLE).distinct()
DUE = (
    select(ROWS.c.seq)
    .where(ROWS.c.listener == bindparam("listener"), _ALIVE, ROWS.c.due <= bindparam("now"), _AVAILABLE)
    .order_by(ROWS.c.seq)
    .limit(bindparam("limit"))
)
LEASE = (
    update(ROWS)
    .where(
        ROWS.c.seq.in_(bindparam("chosen", expanding=True)), _AVAILABLE
    )  # again: another worker may have been faster
    .values(
        leased_by=bindparam("token"),
        leased_until=bindparam("until"),
        expired_leases=ROWS.c.expired_leases + case((ROWS.c.leased_until.is_(None), 0), else_=1),
    )
)
LEASED = select(ROWS).where(ROWS.c.leased_by == bindparam("token")).order_by(ROWS.c.seq)
_HELD = ROWS.c.id.in_(bindparam("ids", expanding=True)) & ROWS.c.leased_by.in_(bindparam("tokens", expanding=True))
RENEW = update(ROWS).where(_HELD).values(leased_until=bindparam("until"))
RELEASE = update(ROWS).where(_HELD).values(**_NO_LEASE)
DELETE = delete(ROWS).where(_HELD)
_FAILED = {"attempts": ROWS.c.attempts + 1, "reason": bindparam("new_reason"), **_NO_LEASE}
RETRY_LATER = update(ROWS).where(_HELD).values(due=bindparam("new_due"), **_FAILED)
DEAD_LETTER = update(ROWS).where(_HELD).values(dead=True, **_FAILED)
WAITING = select(func.count()).select_from(ROWS).where(_ALIVE)
ORPHANS = (
    select(ROWS.c.listener, func.count())
    .where(_ALIVE, ROWS.c.listener.not_in(bindparam("known", expanding=True)))
    .group_by(ROWS.c.listener)
    .order_by(ROWS.c.listener)
)
NEXT_DUE = select(func.min(func.coalesce(ROWS.c.leased_until, ROWS.c.due), type_=UtcDateTime)).where(
    _ALIVE, ROWS.c.listener.in_(bindparam("listeners", expanding=True))
)
DEAD_LETTERS = select(ROWS).where(ROWS.c.dead.is_(True)).order_by(ROWS.c.seq)
RETRY = (
    update(ROWS)
    .where(ROWS.c.dead.is_(True), ROWS.c.id.in_(bindparam("ids", expanding=True)))
    .values(dead=False, attempts=0, expired_leases=0, due=bindparam("now"))
)
INSERT = insert(ROWS)
