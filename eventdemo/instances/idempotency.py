"""Idempotency keys: a delivery that comes once more, on this instance or on another one, is handled once.

The key of an event is its id; of what a scheduled job emits, the moment that the job runs for, because each instance
emits an event of its own for it. Whoever comes second waits until the first has ended, and steps in if it fails or
dies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from eventdemo.backend.schedule import scheduled_run
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Subscription
from eventdemo.core.events import Event
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.invocation import Call
from eventdemo.instances.lease import Leases


class IdempotentBus(EventBus):
    """A bus whose coroutine listeners each run once for each key; `idempotent` makes one from any kind of bus."""

    leases: Leases
    exempt: tuple[object, ...] = ()
    """Objects whose listeners run every time: those that keep something in this instance's memory."""

    def _calls(self, pending: Iterable[Subscription], *rest: Any) -> Iterator[Call]:
        _, _, args, _ = rest
        for call in super()._calls(pending, *rest):
            owner = getattr(call.subscription.listener, "__self__", None)
            if call.subscription.is_coroutine and not any(owner is each for each in self.exempt):
                yield self._once(call, key_of(args[0], call.subscription.name))
            else:
                yield call

    def _once(self, call: Call, key: str) -> Call:
        async def unless_done() -> Any:
            values = []

            async def work() -> None:
                values.append(await call.begin())

            if await self.leases.once(key, work):
                return values[0]
            call.close_unstarted(LostError(Fate.DUPLICATE))
            return None

        return replace(call, begin=unless_done)


@cache
def idempotent(kind: type[EventBus]) -> type[IdempotentBus]:
    """Return the same kind of bus, with keys."""
    return type(f"Idempotent{kind.__name__}", (IdempotentBus, kind), {})


def key_of(event: Event, listener: str) -> str:
    """Return the idempotency key of an event for a listener."""
    moment = scheduled_run()
    which = f"{moment}, {event.name}, user {getattr(event, 'user_id', '')}" if moment else event.id
    return f"{listener}: {which}"
