"""The strategies: five ways for a bus to run the same listeners. They are the columns of a comparison.

Each is a few lines over `EventBus`, which itself is the strategy `awaited`. Listeners and emitters do not know which
one they run under.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.invocation import Call
from eventdemo.simulate.virtual_time import VirtualLoop, run

Futures = list[asyncio.Future[Any] | None]
Strategy = Callable[[], EventBus]


class UnknownStrategyError(ValueError):
    """There is no such strategy."""


class BlockingBus(EventBus):
    """`sync`: each listener runs to its end inside `emit`, and while it waits for a service, nothing else runs."""

    def _begin(self, call: Call) -> asyncio.Future[Any]:
        """Run the listener in a loop of its own, in place of the running one, on the same clock."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        future = loop.create_future()
        try:
            future.set_result(run(call.begin(), loop.clock))
        except asyncio.CancelledError:  # the listener's own: nobody else can cancel what blocks
            future.cancel()
        except Exception as error:  # noqa: BLE001 - it goes where the error of a task goes
            future.set_exception(error)
        return future


class SequentialBus(EventBus):
    """`sequential`: the listeners of one event run one after another, in registration order."""

    def _start(self, calls: Sequence[Call], *, waits: bool) -> Futures:
        turn = asyncio.Lock()
        return super()._start([call.inside(turn) for call in calls], waits=waits)


class DetachedBus(EventBus):
    """`detached`: nobody waits for any listener, not even `emit_async`."""

    def _start(self, calls: Sequence[Call], *, waits: bool) -> Futures:
        return super()._start(calls, waits=False)


class Place:
    """A listener's permission to run, which it shares with the listeners of what it emits."""

    def __init__(self) -> None:
        self.guests: set[asyncio.Future[Any]] = set()
        self.turn = asyncio.Lock()
        self.given_back = False

    async def give_back(self) -> None:
        """Wait for the guests: what was emitted without waiting may still run."""
        while self.guests:
            await asyncio.wait(self.guests)
        self.given_back = True


class BoundedBus(SequentialBus):
    """`bounded:N`: at most N listeners run at a time; an emitter waits for a place, not for the listener's end.

    What a listener emits in turn runs in that listener's place, one after another: asking for a second place while
    holding the first would let N listeners wait for each other for ever.
    """

    def __init__(self, places: int, **options: Any) -> None:
        super().__init__(**options)
        self._places = asyncio.Semaphore(places)
        self._place: ContextVar[Place | None] = ContextVar("place", default=None)

    def _start(self, calls: Sequence[Call], *, waits: bool) -> Futures:
        place = self._place.get()
        if place is not None and not place.given_back:
            guests = [call.inside(self._placed(place.turn)) for call in calls]
            return EventBus._start(self, guests, waits=waits)  # noqa: SLF001 - past the turns of SequentialBus
        admitted = [asyncio.get_running_loop().create_future() for _ in calls]
        placed = [call.inside(self._placed(self._places, future)) for call, future in zip(calls, admitted, strict=True)]
        EventBus._start(self, placed, waits=False)  # noqa: SLF001
        return list(admitted) if waits else [None] * len(calls)

    def _begin(self, call: Call) -> asyncio.Future[Any]:
        task = super()._begin(call)
        if (place := self._place.get()) is not None and not place.given_back:
            place.guests.add(task)
            task.add_done_callback(place.guests.discard)
        return task

    @asynccontextmanager
    async def _placed(
        self, entrance: asyncio.Semaphore | asyncio.Lock, admitted: asyncio.Future[None] | None = None
    ) -> AsyncIterator[None]:
        try:
            async with entrance:
                place = Place()
                self._place.set(place)
                _settle(admitted)
                try:
                    yield
                finally:
                    await place.give_back()
        finally:
            _settle(admitted)  # cancelled while it waited: the emitter need not wait for it any longer


def _settle(admitted: asyncio.Future[None] | None) -> None:
    if admitted is not None and not admitted.done():
        admitted.set_result(None)


STRATEGIES: dict[str, type[EventBus]] = {
    "sync": BlockingBus,
    "sequential": SequentialBus,
    "awaited": EventBus,
    "bounded": BoundedBus,
    "detached": DetachedBus,
}
OUTBOX = "outbox"
"""Not a bus alone: it needs a database and somebody who works. `sim/outbox.py` has both."""
DEFAULTS = ("sync", "sequential", "awaited", "bounded:8", "detached")


def strategy(name: str, *, strict: bool = True) -> Strategy:
    """Return what makes a bus for a strategy's name: `awaited`, `bounded:8`."""
    kind, colon, places = name.partition(":")
    if kind not in STRATEGIES or bool(colon) is not (kind == "bounded"):
        raise UnknownStrategyError(f"There is no strategy {name!r}: choose from {', '.join(_NAMES)}.")
    if kind != "bounded":
        return partial(STRATEGIES[kind], strict=strict)
    return partial(BoundedBus, _number_of_places(kind, places), strict=strict)


def check_strategy(name: str) -> None:
    """Refuse a name that is no strategy, also not the one that needs more than a bus."""
    if places_in_the_outbox(name) is None:
        strategy(name)


def places_in_the_outbox(name: str) -> int | None:
    """Return how many jobs of one listener `outbox` or `outbox:8` does at a time; None if it is another strategy."""
    kind, colon, places = name.partition(":")
    if kind != OUTBOX:
        return None
    return _number_of_places(kind, places) if colon else 1


def _number_of_places(kind: str, places: str) -> int:
    if not places.isdecimal() or int(places) < 1:
        raise UnknownStrategyError(f"{kind}:N needs a whole number of places, at least 1, not {places!r}.")
    return int(places)


_NAMES = [name if name != "bounded" else "bounded:N" for name in (*STRATEGIES, OUTBOX)]
