"""A column for a date and time, apart from the backend's tables: an outbox in a database of yours needs only this."""

from datetime import UTC, datetime
from importlib import import_module

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """A date and time, stored in UTC, because most databases drop the time zone."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """Return the type for a database: MySQL's own stores whole seconds by default."""
        if dialect.name not in {"mysql", "mariadb"}:
            return super().load_dialect_impl(dialect)
        mysql = import_module("sqlalchemy.dialects.mysql")  # which the engine of such a database has imported
        return dialect.type_descriptor(mysql.DATETIME(fsp=6))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)
