"""Which rows an SQL statement reads and writes: those of one user, or a whole table.

SQLAlchemy hands over the statement that it compiled, so its tables, conditions and parameters are objects. A statement
that is not understood conflicts with everything: that costs schedules, but hides no outcome.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

from sqlalchemy import (
    AliasedReturnsRows,
    BindParameter,
    BooleanClauseList,
    Column,
    Delete,
    Insert,
    PrimaryKeyConstraint,
    Select,
    SelectBase,
    Table,
    TextClause,
    UniqueConstraint,
    Update,
)
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement

WITHOUT_ROWS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "CREATE TABLE")
"""Transactions and the schema. The rows that a rollback restores were accessed when they were changed."""
Understood = Select[Any] | Insert | Update | Delete


class TableAccess(NamedTuple):
    """One table of a statement."""

    table: str
    write: bool
    user_param: str | None = None
    """The parameter that holds the user whose rows these are; None if they may be any user's."""


@lru_cache(maxsize=512)
def table_accesses(compiled: SQLCompiler) -> tuple[TableAccess, ...] | None:
    """Return what a compiled statement accesses, or None if that is not understood."""
    statement = compiled.statement
    parts = [] if statement is None else [*visitors.iterate(statement)]
    if not _is_understood(statement, parts):
        return None
    target = "" if isinstance(statement, Select) else str(statement.table)
    users = (
        {} if _has_subquery(parts) or _moves_rows(statement, compiled) else _params(statement, compiled, _is_user_id)
    )
    tables = {table.name: table.name == target for table in _tables(parts) if isinstance(table, Table)}
    return tuple(TableAccess(name, write, users.get(name)) for name, write in tables.items())


def _is_understood(statement: object, parts: Sequence[object]) -> TypeGuard[Understood]:
    """Return whether a statement only names plain tables, so that no rows hide behind an alias or a text."""
    if not isinstance(statement, Select | Insert | Update | Delete):
        return False
    hidden = any(isinstance(part, AliasedReturnsRows | TextClause) for part in parts)
    return not hidden and all(isinstance(table, Table) for table in _tables(parts))


def _tables(parts: Iterable[object]) -> Iterable[object]:
    """Yield the tables of a statement; a condition may name one that no FROM does."""
    for part in parts:
        if isinstance(part, Table):
            yield part
        elif isinstance(part, Column):
            yield part.table


def _has_subquery(parts: Sequence[object]) -> bool:
    return any(isinstance(part, SelectBase) for part in parts[1:])


def rows_named(compiled: SQLCompiler, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return for each table the row that a statement names by its primary key, in words: `stock 'book'`."""
    statement = compiled.statement
    if isinstance(statement, Insert) and isinstance(table := statement.table, Table):
        keys = [column.name for column in table.columns if _is_key(column) and column.name in parameters]
        return {table.name: f"{table.name} {parameters[keys[0]]!r}"} if keys else {}
    if not isinstance(statement, Select | Update | Delete):
        return {}
    names = _params(statement, compiled, _is_key)
    return {table: f"{table} {parameters[name]!r}" for table, name in names.items() if name in parameters}


def _is_key(column: Column[Any]) -> bool:
    return column.primary_key and len(column.table.primary_key.columns) == 1


def _params(statement: Understood, compiled: SQLCompiler, is_key: Callable[[Column[Any]], bool]) -> dict[str, str]:
    """Return for each table the parameter that the condition compares with the column of its key."""
    return {
        term.left.table.name: compiled.bind_names[term.right]
        for term in _terms(getattr(statement, "whereclause", None))
        if isinstance(term, BinaryExpression)
        and term.operator is operators.eq
        and isinstance(term.right, BindParameter)
        and isinstance(term.left, Column)
        and is_key(term.left)
    }


def _terms(where: ClauseElement | None) -> Sequence[object]:
    """Return the conditions that must all be true."""
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        return where.clauses
    return [where]


def _is_user_id(column: Column[Any]) -> bool:
    return column.name == "user_id" or (column.name == "id" and column.table.name == "user")


def _moves_rows(statement: Understood, compiled: SQLCompiler) -> bool:
    """Return whether an UPDATE sets a user's id or a unique column, so that it may conflict with any row."""
    if not isinstance(statement, Update):
        return False
    table = statement.table
    assert isinstance(table, Table)
    keys = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    guarded = {column.name for key in [*keys, *(i for i in table.indexes if i.unique)] for column in key.columns}
    guarded |= {column.name for column in table.columns if _is_user_id(column)}
    where = () if statement.whereclause is None else visitors.iterate(statement.whereclause)
    set_columns = _column_names(visitors.iterate(statement)) - _column_names(where)
    return not guarded.isdisjoint([*set_columns, *(compiled.column_keys or ())])


def _column_names(parts: Iterable[object]) -> Counter[str]:
    return Counter(part.name for part in parts if isinstance(part, Column))
