"""Idempotency keys: an event that is delivered again, on this instance or on another one, is processed once.

The key of an event is its id. What a scheduled job emits is keyed by the run instead, because each instance emits its
own event for the same run. The second delivery waits until the first has finished, and takes over if that fails or
dies.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from eventdemo.backend.schedule import scheduled_run
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Body, Delivery
from eventdemo.core.events import Event
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.runner import Runner

if TYPE_CHECKING:
    from eventdemo.instances.lease import Leases


class Idempotent(Runner):
    """Runs each coroutine listener once per key, with another runner."""

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner = runner
        self.tasks = runner.tasks
        self.leases: Leases | None = None
        self.exempt: tuple[object, ...] = ()
        """Objects whose listeners run every time, because they keep an in-memory cache of this instance."""

    def start(self, deliveries: Sequence[Delivery]) -> None:
        self._runner.start(self._with_keys(deliveries))

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        return await self._runner.run(self._with_keys(deliveries))

    def _with_keys(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        for delivery in deliveries:
            subscription = delivery.subscription
            owner = getattr(subscription.listener, "__self__", None)
            if subscription.is_coroutine and not any(owner is each for each in self.exempt):
                key = key_of(delivery.emission.args[0], subscription.name)
                delivery.wrap(partial(self._once, delivery, key))
        return deliveries

    async def _once(self, delivery: Delivery, key: str, body: Body) -> Any:
        assert self.leases is not None
        values = []

        async def work() -> None:
            values.append(await body())

        if await self.leases.once(key, work):
            return values[0]
        delivery.end(LostError(Fate.DUPLICATE))
        return None


class IdempotentBus(EventBus):
    def __init__(self, runner: Runner | None = None, **options: Any) -> None:
        self.keys = Idempotent(runner or Runner())
        super().__init__(runner=self.keys, **options)


def key_of(event: Event, listener: str) -> str:
    run = scheduled_run()
    identity = f"{run}, {event.name}, user {getattr(event, 'user_id', '')}" if run else event.id
    return f"{listener}: {identity}"
