"""A bus that calls no listener: each delivery becomes a job, and `emit` returns when the job is accepted.

Emitters and listeners are the same as on any `EventBus`, but an emitter gets no results and no errors of listeners, and
a listener gets an equal copy of the event: later, possibly in another process, possibly twice.
"""

import asyncio
from collections.abc import Collection, Hashable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from inspect import isclass, iscoroutinefunction
from typing import Any, TypeVar, cast

from eventdemo.backend.storage import unit_of_work
from eventdemo.backend.storage.database import Database
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Delivery, Emission, Function, Subscription
from eventdemo.core.dispatch import dispatch
from eventdemo.core.events import UNTYPED, Event, PayloadError, UnknownEventError, name_of
from eventdemo.core.fates import Fate
from eventdemo.core.runner import NoRunningLoopError, Runner, running_loop
from eventdemo.core.subscriptions import Route
from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import Job
from eventdemo.durable.joined import Joined, Transactional, join
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.pending import PendingDeliveries

T = TypeVar("T")


class NotDurableError(ValueError):
    """A listener of this kind cannot be called by another process."""


class DurableBus(EventBus):
    """Stores events in an outbox, for workers to process. It is strict: only a registered event can be stored.

    Inside a unit of work, an event is accepted with the commit of the unit, and not at all if that fails. Outside of
    one, `emit_async` commits the event on its own. `emit` cannot wait for a commit, so it raises an error.
    """

    def __init__(self, outbox: Outbox, *, pending: PendingDeliveries | None = None, max_listeners: int = 10) -> None:
        super().__init__(max_listeners=max_listeners, strict=True, runner=JobWriter(self))
        self.outbox = outbox
        self.pending = pending or PendingDeliveries()
        self.queues: Collection[str] | None = None
        """The listeners that have a queue on the server of this bus's engine, if there is one."""

    def within(self, transaction: Transactional) -> Joined:
        """Return a bus that stores events in a session's or a connection's transaction, and commits them with it.

        The outbox must be in the same database. A rollback, even one to a savepoint, discards the events too. The
        connection may be one of the outbox's driver, such as `sqlite3.Connection`.
        """
        return Joined(self, join(self.outbox.database, transaction))

    def entry_point(self, controller: T) -> T:
        return cast("T", TransactionalProxy(controller, self.outbox.database))

    # Jobs name their listener, so each listener needs a name of its own

    def _add_event_handler(self, event: Any, k: Function, v: Function | Subscription) -> None:
        if name_of(event) not in UNTYPED:
            self._check(k, limited=isinstance(v, Subscription) and v.remaining is not None)
        super()._add_event_handler(event, k, v)

    def _check(self, fn: Function, *, limited: bool) -> None:
        name = qualified_name(fn)
        if limited:
            raise NotDurableError(
                f"{name} would be called a limited number of times, which no process can count for all others: a "
                "durable bus has no once, many or wait_for."
            )
        known = self.listener(name)
        if known is not None and known.listener != fn:
            raise NotDurableError(f"Two listeners are called {name}, so a job could not name one of them. Rename one.")
        if self.queues is not None and name not in self.queues:
            raise NotDurableError(
                f"{name} has no queue on the server, so its jobs would wait for ever: register it before you make the "
                "engine."
            )

    def listener(self, name: str) -> Subscription | None:
        return next((each for each in self._all() if qualified_name(each.listener) == name), None)

    @property
    def listener_names(self) -> list[str]:
        return list(dict.fromkeys(qualified_name(each.listener) for each in self._all()))

    def listener_names_of(self, owners: Iterable[object]) -> list[str]:
        """Return the qualified names of the listeners that are methods of these objects."""
        ids = {id(owner) for owner in owners}
        found = (each.listener for each in self._all() if id(getattr(each.listener, "__self__", None)) in ids)
        return list(dict.fromkeys(map(qualified_name, found)))

    def _all(self) -> list[Subscription]:
        return [each for each in self.subscriptions() if each.pattern not in UNTYPED]

    # From an event to jobs

    def job_for(self, event: Event, listener: str) -> Job:
        """Return the job of an event for a listener. Two jobs with one id are one job."""
        return Job.of(event, listener)

    # From a job back to a delivery

    def resolve(self, job: Job) -> tuple[Event, Subscription]:
        """Return the event and the listener of a job; raise `UnprocessableJobError` if either is unknown."""
        try:
            event = job.fact()
        except (UnknownEventError, PayloadError) as error:
            raise UnprocessableJobError(str(error)) from error
        if (subscription := self.listener(job.listener)) is None:
            raise UnprocessableJobError(f"No listener is named {job.listener}. Was it renamed while jobs waited?")
        return event, subscription

    def record_received(self, job: Job, event: Event, subscription: Subscription) -> None:
        """Add a job of another process to the pending deliveries of this one, if the bus has observers."""
        if job.id in self.pending or not self.observers():
            return
        emission = Emission(self._eventdemo_bus)
        emission.begin(job.event, (event,), {}, Route([subscription]), is_durable=True)
        delivery = Delivery(emission, subscription)
        dispatch(emission)
        self.pending.add(job.id, delivery, self)
        self.pending.accept([job.id])


class JobWriter(Runner):
    """Writes a job for each delivery, with the unit of work that the running code is in or in one of its own."""

    is_durable = True

    def __init__(self, bus: DurableBus) -> None:
        super().__init__()
        self._bus = bus

    def start(self, deliveries: Sequence[Delivery]) -> None:
        """Accept what was emitted: with the current unit, or at once if no loop runs that would have to wait."""
        if deliveries[0].emission.name in UNTYPED:
            super().start(deliveries)
        elif not self._joined(jobs := self._jobs(deliveries)):
            self._write_now(deliveries[0].emission.name, jobs)

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Accept what was emitted, and return no results."""
        if deliveries and deliveries[0].emission.name in UNTYPED:
            return await super().run(deliveries)
        if deliveries and not self._joined(jobs := self._jobs(deliveries)):
            async with self._bus.outbox.database.unit(joins=False):
                self._joined(jobs)
        return ()

    def _jobs(self, deliveries: Sequence[Delivery]) -> list[Job]:
        jobs: dict[str, Job] = {}
        for delivery in deliveries:
            job = self._bus.job_for(delivery.emission.args[0], qualified_name(delivery.subscription.listener))
            jobs[job.id] = job
            if delivery.emission.observers.all:
                self._bus.pending.add(job.id, delivery, self._bus)
        return list(jobs.values())

    def _joined(self, jobs: list[Job]) -> bool:
        """Add jobs to the current unit of work; return whether there is one."""
        unit, outbox = unit_of_work.current(), self._bus.outbox
        if unit is None or unit.database is not outbox.database:
            return False
        unit.before_commit(outbox.writer(jobs), partial(self._ended, jobs))
        return True

    def _write_now(self, name: Hashable, jobs: list[Job]) -> None:
        committed = False
        try:
            with suppress(NoRunningLoopError):
                running_loop(name)
                raise RuntimeError(
                    f"emit({name!r}) outside of a unit of work cannot wait until the event is accepted: use "
                    "`await bus.emit_async(...)`, or open a unit: `async with database.unit(): ...`."
                )
            self._bus.outbox.database.transact(self._bus.outbox.writer(jobs))
            committed = True
        finally:
            self._ended(jobs, committed)

    def _ended(self, jobs: list[Job], committed: bool | None) -> None:  # noqa: FBT001 - the signature of a callback
        ids = [job.id for job in jobs]
        if committed:
            self._bus.pending.accept(ids)
            with suppress(RuntimeError):  # in a thread without a loop: the workers of other threads poll
                asyncio.get_running_loop()
                self._bus.outbox.arrived.set()
        else:
            self._bus.pending.end_all(ids, Fate.ACCEPTED if committed is None else Fate.WITHDRAWN)


class TransactionalProxy:
    """Forwards to a controller. What a coroutine method changes and emits is committed together when it returns."""

    def __init__(self, controller: object, database: Database) -> None:
        self._controller = controller
        self._database = database

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._controller, name)
        return self._database.unit()(member) if iscoroutinefunction(member) else member


def qualified_name(listener: Function) -> str:
    """Return the name of a listener for jobs, which hold no function: `TaskNotifications.notify_hr_tasks`."""
    if isinstance(listener, partial):
        return qualified_name(listener.func)
    owner = getattr(listener, "__self__", None)
    if owner is not None and hasattr(listener, "__func__"):  # a bound method: the class of its object, not a base class
        cls = owner if isclass(owner) else type(owner)
        return f"{cls.__qualname__}.{listener.__name__}"
    return str(getattr(listener, "__qualname__", None) or type(listener).__qualname__)


def durable_bus(database: Database) -> DurableBus:
    """Return a bus that stores each event in the same transaction as the change it announces."""
    return DurableBus(Outbox(database))
