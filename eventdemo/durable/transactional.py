"""A proxy that runs each method of a controller in one unit of work."""

from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from eventdemo.backend.storage.database import Database


class TransactionalProxy:
    """Forwards to a controller. What a coroutine method changes and emits is committed together when it returns."""

    def __init__(self, controller: object, database: Database) -> None:
        self._controller = controller
        self._database = database

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._controller, name)
        if not iscoroutinefunction(member):
            return member

        @wraps(member)
        async def in_a_unit_of_work(*args: Any, **kwargs: Any) -> Any:
            async with self._database.unit():
                return await member(*args, **kwargs)

        return in_a_unit_of_work
