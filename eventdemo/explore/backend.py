"""The parts of a backend that experiments reuse from schedule to schedule, and that tell what each step touches."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from sqlalchemy import event

from eventdemo.database import Database
from eventdemo.explore.experiment import touch, wait
from eventdemo.sim.calls import service_at

_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)")


def observed_database() -> Database:
    """Return a database each of whose queries is a wait, and whose tables are resources."""
    database = Database(pause=wait)
    event.listen(database.engine, "before_cursor_execute", _touch_tables)
    return database


def _touch_tables(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    for table in _TABLE.findall(statement):
        touch(f"the {table} table", write=not statement.startswith("SELECT"))
