"""A process that a judge kills at a step of its choice, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from eventdemo.simulate import VirtualClock, VirtualLoop
from eventdemo.simulate.virtual_time import run_in

MAX_STEPS = 60
"""More than an answer needs."""


class Killed(BaseException):
    """The process was killed. No code of it runs any more, so every later call raises this, too."""


class EndlessError(Exception):
    """The process makes more calls than any answer needs."""


class Life:
    """The steps that a process lives for. Each call to something outside of the process is a step or two."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps_left = steps

    async def step(self, seconds: float = 1.0) -> None:
        await asyncio.sleep(seconds)
        self.steps_left -= 1
        if self.steps_left < 0:
            raise Killed

    @property
    def steps_taken(self) -> int:
        """The number of steps of a life that no kill ended."""
        return MAX_STEPS - self.steps_left


def error_of(main: Callable[[], Awaitable[Any]]) -> BaseException | None:
    """Run the reader's code in virtual time; return what it raised, `Killed` included."""

    async def run() -> BaseException | None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # of tasks that died with the process
        try:
            await main()
        except (Exception, Killed) as error:  # noqa: BLE001 - the reader's code can raise any exception
            return error
        return None

    return run_in(VirtualLoop(VirtualClock()), run())


def raise_own(error: BaseException | None) -> None:
    """Raise the error of code that nothing has killed."""
    if isinstance(error, Killed):
        raise EndlessError(f"It made {MAX_STEPS} calls, and wasn't done.") from error
    if error is not None:
        raise error
