"""A virtual loop on which processes can be killed: no callback of a dead process runs, and its deliveries are lost.

Tasks of a dead process are not cancelled, because code can notice a cancellation and not a SIGKILL.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context
from typing import Any

from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.fates import Fate, LostError
from eventdemo.instances.process import Process, current_process, is_dead, process_of
from eventdemo.simulate.deadlock import place_of
from eventdemo.simulate.virtual_handle import VirtualHandle
from eventdemo.simulate.virtual_time import VirtualLoop
from eventdemo.trace.claim import InvariantError

MAX_FINALLY_STEPS = 100
"""How many nested awaits in `finally` blocks are tolerated while a dead coroutine is closed."""


class KillableHandle(VirtualHandle):
    """A callback that counts as cancelled once its process is dead."""

    __slots__ = ("_was_cancelled",)

    @property
    def _cancelled(self) -> bool:
        return self._was_cancelled or is_dead(self._context)

    @_cancelled.setter
    def _cancelled(self, value: bool) -> None:
        self._was_cancelled = value


class CheckedHandle(KillableHandle):
    """A callback after which the invariants of the program are checked."""

    __slots__ = ()

    def _run(self) -> None:
        loop: Any = self._loop
        task = getattr(self._callback, "__self__", None)
        super()._run()
        loop.check_invariants(f" by {place_of(task)}" if isinstance(task, asyncio.Task) else "")


class KillableLoop(VirtualLoop):
    """Runs callbacks of living processes, and those outside of any process."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._invariants: list[tuple[str, Callable[[], object]]] = []
        self._processes: set[Process] = set()
        """Keeps the processes referenced, and with them the tasks of the dead ones."""

    def create_task(self, coro: Any, *, name: Any = None, context: Context | None = None, **options: Any) -> Any:
        if (process := current_process(context)) is None:
            return super().create_task(coro, name=name, context=context, **options)
        if self.handle_type is VirtualHandle:  # a look at each handle's process is wasted before the first one starts
            self.handle_type = KillableHandle
        self._processes.add(process)
        task = super().create_task(coro, name=name, context=context, **options)
        process.adopt(task)
        return task

    def check_after_each_step(self, sentence: str, holds: Callable[[], object]) -> None:
        """Check an invariant now, and after each callback that is scheduled from now on."""
        self.handle_type = CheckedHandle
        self._invariants.append((sentence, holds))
        self.check_invariants("")

    def check_invariants(self, broken_by: str) -> None:
        for sentence, holds in self._invariants:
            try:
                broken = f"was broken{broken_by}" if not holds() else ""
            except Exception as error:  # noqa: BLE001 - any code of the program
                broken = f"raised {type(error).__name__}: {error}"
            if broken:
                self._invariants = []  # the clean-up of the run would find it broken, too
                raise InvariantError(f"the invariant {sentence!r} {broken}")

    def unfinished(self) -> Sequence[asyncio.Task[Any]]:
        return living(super().unfinished())

    def close(self) -> None:
        super().close()
        self._processes.clear()  # without a cycle, reference counts free a loop that is over


def living(tasks: Sequence[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    """Return the tasks of living processes, and close the coroutines of the others.

    Their `finally` blocks run now, too late to change anything.
    """
    dead: list[Any] = [task for task in tasks if (process := process_of(task)) and not process.alive]
    for task in dead:
        task._log_destroy_pending = False  # it is meant to be pending
        for _ in range(MAX_FINALLY_STEPS):
            with suppress(BaseException):  # a coroutine that awaits in `finally` raises, and has to be closed again
                task.get_coro().close()
                break
    return [task for task in tasks if task not in dead]


class OpenDeliveries(Observer):
    """Collects the deliveries that have begun and not ended, so that a kill can decide their fate."""

    def __init__(self) -> None:
        self._open: dict[Delivery, None] = {}

    def dispatched(self, emission: Emission) -> None:
        self._open |= dict.fromkeys(delivery for delivery in emission.deliveries if delivery.fate is None)

    def ended(self, delivery: Delivery) -> None:
        self._open.pop(delivery, None)

    def lose(self) -> None:
        """Record every open delivery as lost in a crash, in the order in which the bus delivered them."""
        for delivery in tuple(self._open):
            if not delivery.emission.is_durable:
                delivery.end(LostError(Fate.LOST_IN_CRASH))
