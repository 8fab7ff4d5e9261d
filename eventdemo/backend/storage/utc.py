"""A column for a date and time, apart from the backend's tables: an outbox in a database of yours needs only this."""

from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A date and time, stored in UTC, because most databases drop the time zone."""

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")  # whose default is whole seconds
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)
