"""The table of the outbox, and what is asked of it. Every statement is a part of one short transaction."""

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
    Column("held_by", String, index=True),
    Column("held_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lost", Integer, nullable=False, default=0),
    Column("dead", Boolean, nullable=False, default=False),
    Column("reason", Text, nullable=False, default=""),
)
_LET_GO = {"held_by": None, "held_until": None}
# Statements are built once: putting one together costs more than running it.
_ALIVE = ROWS.c.dead.is_(False)
_FREE = or_(ROWS.c.held_until.is_(None), ROWS.c.held_until <= bindparam("now"))
KNOWN = select(ROWS.c.id).where(ROWS.c.id.in_(bindparam("ids", expanding=True)))
LISTENERS_WITH_DUE = select(ROWS.c.listener).where(_ALIVE, ROWS.c.due <= bindparam("now"), _FREE).distinct()
DUE = (
    select(ROWS.c.seq)
    .where(ROWS.c.listener == bindparam("of"), _ALIVE, ROWS.c.due <= bindparam("now"), _FREE)
    .order_by(ROWS.c.seq)
    .limit(bindparam("most"))
)
TAKE = (
    update(ROWS)
    .where(ROWS.c.seq.in_(bindparam("chosen", expanding=True)), _FREE)  # once more: somebody may have been quicker
    .values(
        held_by=bindparam("token"),
        held_until=bindparam("until"),
        lost=ROWS.c.lost + case((ROWS.c.held_until.is_(None), 0), else_=1),
    )
)
TAKEN = select(ROWS).where(ROWS.c.held_by == bindparam("token")).order_by(ROWS.c.seq)
_HELD = ROWS.c.id.in_(bindparam("ids", expanding=True)) & ROWS.c.held_by.in_(bindparam("tokens", expanding=True))
RENEW = update(ROWS).where(_HELD).values(held_until=bindparam("until"))
GIVE_BACK = update(ROWS).where(_HELD).values(**_LET_GO)
DONE = delete(ROWS).where(_HELD)
FAILED = (
    update(ROWS)
    .where(_HELD)
    .values(due=bindparam("again"), attempts=ROWS.c.attempts + 1, reason=bindparam("why"), **_LET_GO)
)
BURY = update(ROWS).where(_HELD).values(dead=True, attempts=ROWS.c.attempts + 1, reason=bindparam("why"), **_LET_GO)
WAITING = select(func.count()).select_from(ROWS).where(_ALIVE)
ORPHANS = (
    select(ROWS.c.listener, func.count())
    .where(_ALIVE, ROWS.c.listener.not_in(bindparam("known", expanding=True)))
    .group_by(ROWS.c.listener)
    .order_by(ROWS.c.listener)
)
NEXT = select(func.min(func.coalesce(ROWS.c.held_until, ROWS.c.due), type_=UtcDateTime)).where(
    _ALIVE, ROWS.c.listener.in_(bindparam("listeners", expanding=True))
)
DEAD = select(ROWS).where(ROWS.c.dead.is_(True)).order_by(ROWS.c.seq)
RETRY = (
    update(ROWS)
    .where(ROWS.c.dead.is_(True), ROWS.c.id.in_(bindparam("ids", expanding=True)))
    .values(dead=False, attempts=0, lost=0, due=bindparam("now"))
)
WRITE = insert(ROWS)
