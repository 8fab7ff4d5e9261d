"""A bus that starts no listener: each delivery becomes a job, and `emit` returns when the job is accepted.

Emitters and listeners are the same as on any `EventBus`. What changes for the emitter is what it hears: no results and
no errors of listeners. What changes for a listener is that it gets an equal copy of the event, later, perhaps in
another process, perhaps twice.
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
    """Accepts events into an outbox, for whoever works on it. It is strict: only a registered event can be stored.

    Inside a unit of work an event is accepted with the unit's commit, and not at all if that fails. Outside of one,
    `emit_async` returns after a commit of its own; `emit` cannot wait for that, and says so.
    """

    def __init__(self, outbox: Outbox, *, pending: PendingDeliveries | None = None, max_listeners: int = 10) -> None:
        super().__init__(max_listeners=max_listeners, strict=True)
        self.outbox = outbox
        self.pending = pending or PendingDeliveries()

    def entry_point(self, controller: T) -> T:
        """Return `controller` with each of its methods in a unit of work."""
        return cast("T", TransactionalProxy(controller, self.outbox.database))

    # Listeners have names

    def _added(self, event: Any, fn: Function, *, first: bool = False, **options: Any) -> Subscription:
        if name_of(event) not in UNTYPED:
            self._check(fn, limited=options.get("remaining") is not None)
        return super()._added(event, fn, first=first, **options)

    def _check(self, fn: Function, *, limited: bool) -> None:
        name = qualified_name(fn)
        if limited:
            raise NotDurableError(
                f"{name} is to be called a limited number of times, and no process could count for all: a durable bus "
                "has no once, many or wait_for."
            )
        known = self.listener(name)
        if known is not None and known.listener != fn:
            raise NotDurableError(f"Two listeners are called {name}: a job could not say which of them it is for.")

    def listener(self, name: str) -> Subscription | None:
        """Return the subscription of the listener with this qualified name; the first, if it has several."""
        return next((each for each in self._all() if qualified_name(each.listener) == name), None)

    @property
    def listener_names(self) -> list[str]:
        """The qualified names of all listeners, in the order of their registration."""
        return list(dict.fromkeys(qualified_name(each.listener) for each in self._all()))

    def listener_names_of(self, owners: Iterable[object]) -> list[str]:
        """Return the qualified names of those listeners that are methods of these objects."""
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
        """Accept `event` for every listener that it reaches; there are no results."""
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
        """Return an event for a listener as a job; two that have one id are one job."""
        return Job.of(event, listener)

    def _joined(self, jobs: list[Job]) -> bool:
        """Have jobs written with the unit in which the running code is, if it is in one."""
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
                    f"emit({name!r}) outside of a unit of work could not wait until it is accepted: use "
                    "`await bus.emit_async(...)`, or open a unit: `async with database.unit(): ...`."
                )
        finally:
            self._ended(jobs, committed)

    def _ended(self, jobs: list[Job], committed: bool) -> None:  # noqa: FBT001 - what a unit tells
        ids = [job.id for job in jobs]
        if committed:
            self.pending.accept(ids)
            self.outbox.arrived.set()
        else:
            self.pending.end_all(ids, Fate.WITHDRAWN)

    # From a job back to a delivery

    def resolve(self, job: Job) -> tuple[Event, Subscription]:
        """Return the event of a job and the listener that it is for; raise `HopelessJobError` if either is unknown."""
        try:
            event = job.fact()
        except (UnknownEventError, PayloadError) as error:
            raise UnprocessableJobError(str(error)) from error
        if (subscription := self.listener(job.listener)) is None:
            raise UnprocessableJobError(f"There is no listener {job.listener}: was it renamed while jobs were waiting?")
        return event, subscription

    def record_received(self, job: Job, event: Event, subscription: Subscription) -> None:
        """Enter a job that another process emitted into the books of this one, if somebody observes the bus."""
        if job.id in self.pending or (emission := self._opened(job.event, (event,), depth=2)) is None:
            return
        self.pending.add(job.id, self._record_delivery(emission, subscription, is_durable=True), self)
        self.pending.accept([job.id])
        self._returned(emission)


def durable_bus(database: Database) -> DurableBus:
    """Return a bus that stores each event in the same transaction as the change it announces."""
    return DurableBus(Outbox(database))
