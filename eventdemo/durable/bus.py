"""A bus that calls no listener: each delivery becomes a job, and `emit` returns when the job is accepted.

Emitters and listeners are the same as on any `EventBus`, but an emitter gets no results and no errors of listeners, and
a listener gets an equal copy of the event: later, possibly in another process, possibly twice.
"""

from collections.abc import Hashable, Iterable
from functools import partial
from typing import Any, TypeVar, cast

from eventdemo.backend.storage import unit_of_work
from eventdemo.backend.storage.database import Database
from eventdemo.core.bus import Args, EventBus, Kwargs
from eventdemo.core.delivery import Emission, Function, Subscription
from eventdemo.core.events import Event, PayloadError, UnknownEventError, name_of
from eventdemo.core.fates import Fate
from eventdemo.core.registration import UNTYPED, NoRunningLoopError
from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import Job
from eventdemo.durable.names import qualified_name
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.pending import PendingDeliveries
from eventdemo.durable.transactional import TransactionalProxy

T = TypeVar("T")


class NotDurableError(ValueError):
    """A listener of this kind cannot be called by another process."""


class DurableBus(EventBus):
    """Stores events in an outbox, for workers to process. It is strict: only a registered event can be stored.

    Inside a unit of work, an event is accepted with the commit of the unit, and not at all if that fails. Outside of
    one, `emit_async` commits the event on its own. `emit` cannot wait for a commit, so it raises an error.
    """

    def __init__(self, outbox: Outbox, *, pending: PendingDeliveries | None = None, max_listeners: int = 10) -> None:
        super().__init__(max_listeners=max_listeners, strict=True)
        self.outbox = outbox
        self.pending = pending or PendingDeliveries()

    def entry_point(self, controller: T) -> T:
        """Return `controller` with each of its coroutine methods in a unit of work."""
        return cast("T", TransactionalProxy(controller, self.outbox.database))

    # Jobs name their listener, so each listener needs a name of its own

    def _added(self, event: Any, fn: Function, *, first: bool = False, **options: Any) -> Subscription:
        if name_of(event) not in UNTYPED:
            self._check(fn, limited=options.get("remaining") is not None)
        return super()._added(event, fn, first=first, **options)

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

    def listener(self, name: str) -> Subscription | None:
        """Return the first subscription of the listener with this qualified name."""
        return next((each for each in self._all() if qualified_name(each.listener) == name), None)

    @property
    def listener_names(self) -> list[str]:
        """The qualified names of all listeners, in registration order."""
        return list(dict.fromkeys(qualified_name(each.listener) for each in self._all()))

    def listener_names_of(self, owners: Iterable[object]) -> list[str]:
        """Return the qualified names of the listeners that are methods of these objects."""
        ids = {id(owner) for owner in owners}
        found = (each.listener for each in self._all() if id(getattr(each.listener, "__self__", None)) in ids)
        return list(dict.fromkeys(map(qualified_name, found)))

    def _all(self) -> list[Subscription]:
        with self._lock:
            found = [each for name in self._table.names() - UNTYPED for each in self._table.under(name)]
        return sorted(found, key=lambda subscription: subscription.order)

    # From an event to jobs

    def _call_handlers(self, event: Any, args: Args, kwargs: Kwargs) -> bool:
        name, args = self._addressed(event, args)
        if name in UNTYPED:
            return super()._call_handlers(name, args, kwargs)
        emission = self._opened(name, args, depth=4)
        try:
            jobs = self._jobs(name, args, emission)
            if jobs and not self._joined(jobs):
                self._write_now(name, jobs)
            return bool(jobs)
        finally:
            self._returned(emission)

    async def emit_async(self, event: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Accept `event` for each of its listeners; return no results."""
        name, args = self._addressed(event, args)
        if name in UNTYPED:
            return await super().emit_async(name, *args, **kwargs)
        emission = self._opened(name, args, depth=2)
        try:
            jobs = self._jobs(name, args, emission)
            if jobs and not self._joined(jobs):
                async with self.outbox.database.unit(joins=False):
                    self._joined(jobs)
            return []
        finally:
            self._returned(emission)

    def _jobs(self, name: Hashable, args: Args, emission: Emission | None) -> list[Job]:
        (event,) = args
        jobs: dict[str, Job] = {}
        for subscription in self._plan(name).subscriptions:
            job = self._job(event, qualified_name(subscription.listener))
            jobs[job.id] = job
            if emission is not None:
                self.pending.add(job.id, self._record_delivery(emission, subscription, is_durable=True), self)
        return list(jobs.values())

    def _job(self, event: Event, listener: str) -> Job:
        """Return the job of an event for a listener. Two jobs with one id are one job."""
        return Job.of(event, listener)

    def _joined(self, jobs: list[Job]) -> bool:
        """Add jobs to the current unit of work; return whether there is one."""
        unit = unit_of_work.current()
        if unit is None or unit.database is not self.outbox.database:
            return False
        unit.before_commit(self.outbox.writer(jobs), partial(self._ended, jobs))
        return True

    def _write_now(self, name: Hashable, jobs: list[Job]) -> None:
        committed = False
        try:
            try:
                self._running_loop(name)
            except NoRunningLoopError:
                self.outbox.database.transact(self.outbox.writer(jobs))
                committed = True
            else:
                raise RuntimeError(
                    f"emit({name!r}) outside of a unit of work cannot wait until the event is accepted: use "
                    "`await bus.emit_async(...)`, or open a unit: `async with database.unit(): ...`."
                )
        finally:
            self._ended(jobs, committed)

    def _ended(self, jobs: list[Job], committed: bool) -> None:  # noqa: FBT001 - the signature of an after-end callback
        ids = [job.id for job in jobs]
        if committed:
            self.pending.accept(ids)
            self.outbox.arrived.set()
        else:
            self.pending.end_all(ids, Fate.WITHDRAWN)

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
        if job.id in self.pending or (emission := self._opened(job.event, (event,), depth=2)) is None:
            return
        self.pending.add(job.id, self._record_delivery(emission, subscription, is_durable=True), self)
        self.pending.accept([job.id])
        self._returned(emission)


def durable_bus(database: Database) -> DurableBus:
    """Return a bus that stores each event in the same transaction as the change it announces."""
    return DurableBus(Outbox(database))
