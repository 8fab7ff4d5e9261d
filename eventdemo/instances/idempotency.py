"""Idempotency keys: an event that is delivered again, on this instance or on another one, is processed once.

The key of an event is its id. What a scheduled job emits is keyed by the run instead, because each instance emits its
own event for the same run. The second delivery waits until the first has finished, and takes over if that fails or
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
    """A bus that runs each coroutine listener once per key; `idempotent` derives one from any kind of bus."""

    leases: Leases
    exempt: tuple[object, ...] = ()
    """Objects whose listeners run every time, because they keep an in-memory cache of this instance."""

    def _calls(self, pending: Iterable[Subscription], *rest: Any) -> Iterator[Call]:
        _, _, args, _ = rest
        for call in super()._calls(pending, *rest):
            owner = getattr(call.subscription.listener, "__self__", None)
            if call.subscription.is_coroutine and not any(owner is each for each in self.exempt):
                yield self._once(call, key_of(args[0], call.subscription.name))
            else:
                yield call

    def _once(self, call: Call, key: str) -> Call:
        async def unless_processed() -> Any:
            values = []

            async def work() -> None:
                values.append(await call.begin())

            if await self.leases.once(key, work):
                return values[0]
            call.close_unstarted(LostError(Fate.DUPLICATE))
            return None

        return replace(call, begin=unless_processed)


@cache
def idempotent(kind: type[EventBus]) -> type[IdempotentBus]:
    """Return the same kind of bus, with idempotency keys."""
    return type(f"Idempotent{kind.__name__}", (IdempotentBus, kind), {})


def key_of(event: Event, listener: str) -> str:
    """Return the idempotency key of an event for a listener."""
    run = scheduled_run()
    identity = f"{run}, {event.name}, user {getattr(event, 'user_id', '')}" if run else event.id
    return f"{listener}: {identity}"
