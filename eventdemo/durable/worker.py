"""The other end: a job comes out of an engine, and the listener that it names is called as on any bus."""

import logging
from inspect import isawaitable

from eventdemo.core.delivery import Subscription
from eventdemo.core.events import Event, name_of
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.subscriptions import called_with_name
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.jobs import Job
from eventdemo.durable.processed import DoneBeforeError, Handled

log = logging.getLogger(__name__)


class Worker:
    """Does jobs with the listeners of a bus. `handle` is what an engine's `work` wants.

    A job counts as done when its line is written; what its listener emitted is accepted in the same transaction. What
    the listener itself did before that may happen again: to the store, to the services. So listeners are idempotent.
    """

    def __init__(self, bus: DurableBus, handled: Handled) -> None:
        self._bus = bus
        self._handled = handled
        self._database = bus.outbox.database

    async def handle(self, job: Job) -> None:
        """Do a job, unless it is done; raise whatever its listener raises, also if the bus would only log it."""
        event, subscription = self._bus.understood(job)
        if await self._handled.again(job):
            self._bus.books.end(job.id, LostError(Fate.DUPLICATE))
            return
        self._bus.received(job, event, subscription)
        try:
            async with self._database.unit(joins=False) as unit:
                with self._bus.books.attempt(job.id):
                    await call(event, subscription)
                unit.add(self._handled.marking(job))
        except DoneBeforeError:  # by another worker, while this one was at it
            await self._handled.again(job)
            self._bus.books.end(job.id, LostError(Fate.DUPLICATE))
        else:
            self._bus.books.end(job.id)


async def call(event: Event, subscription: Subscription) -> None:
    """Call a listener, and wait until it has finished."""
    result = called_with_name(subscription, name_of(type(event)))(event)
    if isawaitable(result):
        await result
