"""Listeners that write down when they run, for the tests of the bus; and `run`, which stops what would never end."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from eventdemo.simulate import virtual_time

run = partial(virtual_time.run, step_limit=20_000)


class Calls(list[Any]):
    """What ran, in order. Its methods make listeners that add a line to it."""

    def plain(self, line: Any, result: Any = None) -> Callable[..., Any]:
        """Return a plain listener."""

        def listener(*args: Any, **kwargs: Any) -> Any:
            self.append(line)
            return result

        listener.__name__ = str(line)
        return listener

    def task(self, line: Any, result: Any = None, seconds: float = 0) -> Callable[..., Any]:
        """Return a coroutine listener that notes its start, and its end if it takes any time."""

        async def listener(*args: Any, **kwargs: Any) -> Any:
            self.append(line)
            if seconds:
                await asyncio.sleep(seconds)
                self.append(f"{line} ended")
            return result

        listener.__name__ = str(line)
        return listener

    def failing(self, line: Any, seconds: float | None = None) -> Callable[..., Any]:
        """Return a plain listener that raises `OSError(line)`; a coroutine listener if `seconds` are given."""

        def fail(*args: Any) -> None:
            self.append(line)
            raise OSError(line)

        async def fail_later(*args: Any) -> None:
            await asyncio.sleep(seconds or 0)
            fail()

        listener = fail if seconds is None else fail_later
        listener.__name__ = str(line)
        return listener

    def taken(self) -> list[Any]:
        """Return the lines so far and forget them."""
        lines = list(self)
        self.clear()
        return lines
