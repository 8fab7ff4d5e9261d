"""The strategies: five ways to run the same coroutine listeners. They are the columns of a comparison.

Each is a `Runner` that a bus is given; the core's own runner is the strategy `awaited`. Listeners and emitters do not
know which one they run under.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from eventdemo.core.delivery import Body, Delivery, ListenerCancelledError
from eventdemo.core.runner import Runner, wait_all
from eventdemo.simulate.virtual_time import VirtualLoop, run
from eventdemo.trace.conditions import MAX_SLOTS, slots_of


class UnknownStrategyError(ValueError):
    """There is no such strategy."""


class Blocking(Runner):
    """`sync`: each listener runs to its end inside `emit`, and nothing else runs while it waits for a service."""

    def launch(self, delivery: Delivery) -> asyncio.Future[Any]:
        """Run the listener in a loop of its own, in place of the running one, on the same clock."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        future = loop.create_future()
        self.tasks[future] = delivery
        try:
            future.set_result(run(delivery.coroutine(), loop.clock))
        except asyncio.CancelledError:  # the listener's own, because nothing else runs that could cancel it
            future.set_exception(ListenerCancelledError(delivery.subscription.name))
        except Exception as error:  # noqa: BLE001 - it goes where the error of a task goes
            future.set_exception(error)
        return future


class Sequential(Runner):
    """`sequential`: the listeners of one event run one after another, in registration order."""

    def start(self, deliveries: Sequence[Delivery]) -> None:
        super().start(within(asyncio.Lock(), deliveries))

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        return await super().run(within(asyncio.Lock(), deliveries))


class Detached(Runner):
    """`detached`: the emitter waits for no listener, not even in `emit_async`."""

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        self.start(deliveries)
        return ()


class Slot:
    """A listener's permission to run, which it shares with the listeners of what it emits."""

    def __init__(self) -> None:
        self.children: set[asyncio.Future[Any]] = set()
        self.turn = asyncio.Lock()
        self.released = False

    async def release(self) -> None:
        """Wait for the children first: listeners of what was emitted without waiting may still run."""
        while self.children:
            await asyncio.wait(self.children)
        self.released = True


class Bounded(Runner):
    """`bounded:N`: at most N listeners run at a time; an emitter waits until its listeners have slots, not longer.

    What a listener emits in turn runs in that listener's slot, one after another: asking for a second slot while
    holding the first would let N listeners wait for each other forever.
    """

    def __init__(self, slots: int) -> None:
        super().__init__()
        self._slots = asyncio.Semaphore(slots)
        self._slot: ContextVar[Slot | None] = ContextVar("slot", default=None)

    def start(self, deliveries: Sequence[Delivery]) -> None:
        if (slot := self._slot_in_use()) is None:
            self._admit(deliveries)
        else:
            super().start(within(partial(self._inside, slot.turn), deliveries))

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Start them, and return when each has a slot; inside a listener, when they have ended."""
        if (slot := self._slot_in_use()) is None:
            await wait_all(self._admit(deliveries))
            return deliveries
        return await super().run(within(partial(self._inside, slot.turn), deliveries))

    def launch(self, delivery: Delivery) -> asyncio.Future[Any]:
        """Start one listener, which the slot of the running listener belongs to as well."""
        task = super().launch(delivery)
        if (slot := self._slot_in_use()) is not None:
            slot.children.add(task)
            task.add_done_callback(slot.children.discard)
        return task

    def _slot_in_use(self) -> Slot | None:
        slot = self._slot.get()
        return None if slot is None or slot.released else slot

    def _admit(self, deliveries: Sequence[Delivery]) -> list[asyncio.Future[None]]:
        admitted: list[asyncio.Future[None]] = [asyncio.get_running_loop().create_future() for _ in deliveries]
        for delivery, future in zip(deliveries, admitted, strict=True):
            within(partial(self._inside, self._slots, future), [delivery])
        super().start(deliveries)
        return admitted

    @asynccontextmanager
    async def _inside(
        self, entrance: asyncio.Semaphore | asyncio.Lock, admitted: asyncio.Future[None] | None = None
    ) -> AsyncIterator[None]:
        try:
            async with entrance:
                slot = Slot()
                self._slot.set(slot)
                _settle(admitted)
                try:
                    yield
                finally:
                    await slot.release()
        finally:
            _settle(admitted)  # cancelled while it waited: the emitter need not wait for it any longer


def _settle(admitted: asyncio.Future[None] | None) -> None:
    if admitted is not None and not admitted.done():
        admitted.set_result(None)


def within(
    surroundings: AbstractAsyncContextManager[Any] | Callable[[], AbstractAsyncContextManager[Any]],
    deliveries: Sequence[Delivery],
) -> Sequence[Delivery]:
    """Have each listener run inside a lock or another asynchronous context; return the deliveries."""

    async def around(body: Body) -> Any:
        async with surroundings() if callable(surroundings) else surroundings:
            return await body()

    for delivery in deliveries:
        delivery.wrap(around)
    return deliveries


STRATEGIES: dict[str, Callable[..., Runner]] = {
    "sync": Blocking,
    "sequential": Sequential,
    "awaited": Runner,
    "bounded": Bounded,
    "detached": Detached,
}
OUTBOX = "outbox"
"""Not a runner alone, because it needs a database and workers: `outbox.py` has both."""
DEFAULTS = ("sync", "sequential", "awaited", "bounded:8", "detached")


def runner(name: str, kinds: Mapping[str, Callable[..., Runner]] = STRATEGIES) -> Callable[[], Runner]:
    """Return what makes a runner, for a name such as `bounded:8`; other `kinds` may stand for the same names."""
    kind, colon, slots = name.partition(":")
    if kind == OUTBOX:
        others = ", ".join(_NAMES[:-1])
        raise UnknownStrategyError(f"{name} needs workers, so only run and compare have it: choose from {others}.")
    if kind not in STRATEGIES or bool(colon) is not (kind == "bounded"):
        raise UnknownStrategyError(f"There is no strategy {name!r}: choose from {', '.join(_NAMES)}.")
    return partial(kinds[kind], _number_of_slots(kind, slots)) if kind == "bounded" else kinds[kind]


def check_strategy(name: str) -> None:
    """Reject an unknown strategy. `outbox`, which needs more than a runner, is a known one."""
    if slots_in_the_outbox(name) is None:
        runner(name)


def slots_in_the_outbox(name: str) -> int | None:
    """Return how many jobs of one listener `outbox` or `outbox:8` processes at a time; None for other strategies."""
    kind, colon, slots = name.partition(":")
    if kind != OUTBOX:
        return None
    return _number_of_slots(kind, slots) if colon else 1


def _number_of_slots(kind: str, slots: str) -> int:
    if (number := slots_of(slots)) is None:
        raise UnknownStrategyError(f"{kind}:N needs a whole number of slots, 1 to {MAX_SLOTS}, not {slots!r}.")
    return number


_NAMES = [name if name != "bounded" else "bounded:N" for name in (*STRATEGIES, OUTBOX)]
