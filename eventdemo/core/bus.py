"""The event bus: who hears an event, in which order, and who learns of a failure.

`EventBus` is a `pyee.EventEmitter` with what the article uses of EventEmitter2, made sound: `emit` beside `emit_async`,
and then how a listener becomes a task. Registering is in `dispatch/`; `docs/reference/differences.md` lists every
difference from EventEmitter2 and pyee, each with its test.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from functools import partial
from inspect import isawaitable
from typing import Any, TypeVar

from eventdemo.core.delivery import Delivery, DeliveryMode, Emission, Function, Subscription, current_delivery
from eventdemo.core.events import Event, PayloadError, name_of, parse
from eventdemo.core.invocation import Attendance, Call, emitter_of, rest_of
from eventdemo.core.registration import UNTYPED, NoRunningLoopError, Registration
from eventdemo.core.results import all_ended, attempted, read, values
from eventdemo.core.subscriptions import called_with_name

T = TypeVar("T")
Args = tuple[Any, ...]
Kwargs = dict[str, Any]
_reporting: ContextVar[bool] = ContextVar("eventdemo_reporting", default=False)
"""Whether this is a listener of 'error' or what it led to: a failure in there is not told to 'error' once more."""


class EventBus(Registration):
    """Hands each event to its listeners in registration order, exact names and wildcards alike.

    A plain function runs inside `emit`. A coroutine listener becomes a task that the bus holds on to; it starts on the
    loop's next turn, after the plain ones, in registration order. Nothing is dropped silently: what cannot run raises,
    and what fails is raised, logged or reported. A `strict` bus accepts only registered names with payloads that fit.
    """

    def __init__(self, *, delimiter: str = ".", max_listeners: int = 10, strict: bool = False) -> None:
        super().__init__(delimiter=delimiter, max_listeners=max_listeners, strict=strict)
        self._emissions = 0
        self._tasks: set[asyncio.Future[Any]] = set()

    def emit(self, event: Any, *args: Any, **kwargs: Any) -> bool:
        """Call the plain listeners of `event`, start its coroutine listeners as tasks; return whether anyone heard.

        `event` is an `Event`, or a name followed by whatever the listeners take. What a plain listener raises comes out
        of here, and the listeners after it are not called.
        """
        plan = self._table.plans.get(event) if event.__class__ is str else None
        if plan is None or self._watched or not plan.functions:
            return self._emit(event, args, kwargs)
        late: list[Call] = []
        try:
            for function in plan.functions:
                result = function(*args, **kwargs)
                if result is not None and isawaitable(result):
                    late.append(self._startable(rest_of(Subscription(event, function), result)))
        finally:
            if late:  # after the plain ones, also if one of them raised: as `_handed_out` does
                self._start(late, waits=False)
        return True

    def _emit(self, event: Any, args: Args, kwargs: Kwargs) -> bool:
        """Do all that `emit` promises; `emit` itself is the short way for plain functions that nobody observes."""
        if not (heard := self._call_handlers(event, args, kwargs)):
            self._emit_handle_potential_error(event, args[0] if args else None)  # pyee's rule for 'error'
        return heard

    def _call_handlers(self, event: Any, args: Args, kwargs: Kwargs) -> bool:
        """Hand an event to its listeners; return whether there were any. `pyee.uplift` comes in through this door."""
        name, args = self._addressed(event, args)
        if self._plan(name).has_coroutines:
            self._running_loop(name)
        emission = self._opened(name, args, depth=4)
        try:
            calls, late = self._handed_out(Call.inline, emission, name, args, kwargs)
            if late:
                self._start(late, waits=False)
            return bool(calls)
        finally:
            self._returned(emission)

    async def emit_async(self, event: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call every listener of `event`, wait until the awaited ones have ended, return their results in order.

        If some failed it raises, after all have ended, one `ExceptionGroup` that names the event and those listeners.
        Detached listeners are started and have no result here. Cancelling this cancels the listeners it waits for.
        """
        name, args = self._addressed(event, args)
        emission = self._opened(name, args, depth=2)
        try:
            calls, late = self._handed_out(attempted, emission, name, args, kwargs)
            if not calls:
                self._emit_handle_potential_error(str(name), args[0] if args else None)
            futures = self._start(late, waits=True)
            await all_ended([future for future in futures if future is not None])
            for call, future in zip(late, futures, strict=True):
                if future is None:
                    calls.remove(call)
                else:
                    read(call, future)
            return values(name, calls)
        finally:
            self._returned(emission)

    async def drain(self) -> None:
        """Wait until no listener runs any more, including those that running listeners start in turn."""
        if asyncio.current_task() in self._tasks:
            raise RuntimeError("drain() inside a listener would wait for itself: call it where the backend shuts down.")
        loop = asyncio.get_running_loop()  # a task of a loop that is gone never ends
        while running := [task for task in self._tasks if task.get_loop() is loop]:
            await asyncio.wait(running)

    def entry_point(self, controller: T) -> T:
        """Return `controller` as callers should have it. Here that is itself.

        A bus that stores what is emitted has each method commit its changes together with its events.
        """
        return controller

    # From an event to calls

    def _addressed(self, event: Any, args: Args) -> tuple[Hashable, Args]:
        """Return the name to deliver under and what the listeners get."""
        if event.__class__ is not str:  # asking pydantic whether something is an `Event` takes its time
            if isinstance(event, Event):
                event, args = name_of(type(event)), (event, *args)
            elif isinstance(event, type) and issubclass(event, Event):
                raise TypeError(f"You emitted the class {event.__name__}: emit an instance, {event.__name__}(...).")
        if event == "":
            raise ValueError("An event needs a name: the empty string is none.")
        if self._strict and event not in UNTYPED:
            if len(args) != 1:
                raise PayloadError(f"{event!r} on a strict bus carries exactly one payload, not {len(args)}.")
            return event, (parse(event, args[0]),)
        return event, args

    def _handed_out(
        self, do: Callable[[Call], Call | None], emission: Emission | None, name: Hashable, args: Args, kwargs: Kwargs
    ) -> tuple[list[Call], list[Call]]:
        """Call the plain listeners of `name`, each by way of `do`; return all calls, and those left to run as tasks."""
        pending = iter(self._plan(name).subscriptions)
        calls: list[Call] = []
        late: list[Call] = []
        try:
            for call in self._calls(pending, emission, name, args, kwargs):
                rest = call if call.subscription.is_coroutine else do(call)
                calls.append(rest or call)
                if rest is not None:
                    late.append(rest if rest is call else self._startable(rest))
        except BaseException:
            self._skip(emission, pending)
            if late:
                self._start(late, waits=False)
            raise
        return calls, late

    def _calls(
        self, pending: Iterable[Subscription], emission: Emission | None, name: Hashable, args: Args, kwargs: Kwargs
    ) -> Iterator[Call]:
        """Yield a call for each subscription, skipping those that have none left."""
        for subscription in pending:
            if subscription.remaining is not None and not self._taken(subscription):
                continue
            begin: Function = partial(called_with_name(subscription, name), *args, **kwargs)
            delivery = self._record_delivery(emission, subscription) if emission is not None else None
            if delivery is not None or subscription.needs_wrapper:
                attendance = Attendance(subscription, name, begin, delivery)
                begin = attendance.later if subscription.is_coroutine else attendance.inline
            yield Call(subscription, begin, delivery)

    def _taken(self, subscription: Subscription) -> bool:
        """Use up one call of a `once` or `many` listener; the last one removes it, before it runs."""
        with self._lock:
            if not subscription.remaining:
                return False
            subscription.remaining -= 1
            if not subscription.remaining:
                self._table.remove(subscription.pattern, lambda s: s is subscription)
            return True

    # From calls to tasks

    def _start(self, calls: Sequence[Call], *, waits: bool) -> list[asyncio.Future[Any] | None]:
        """Begin coroutine listeners; return for each the future that `emit_async` waits for, or None.

        Every strategy of running listeners is an override of this method or of `_begin`.
        """
        return [self._started(call, waited=waits and call.subscription.mode is DeliveryMode.AWAITED) for call in calls]

    def _startable(self, rest: Call) -> Call:
        """Return what is left of a plain listener that returned an awaitable, or raise if there is no loop for it."""
        try:
            self._running_loop(rest.subscription.pattern)
        except NoRunningLoopError as error:
            rest.close_unstarted(error)
            raise
        return rest

    def _started(self, call: Call, *, waited: bool) -> asyncio.Future[Any] | None:
        if call.delivery is not None:
            call.delivery.error_observed = waited or self._reports()
        future = self._begin(call)
        if waited:
            return future
        future.add_done_callback(partial(self._report, call))
        return None

    def _begin(self, call: Call) -> asyncio.Future[Any]:
        """Run one coroutine listener as a task, and hold on to it until it ends: the loop alone would not."""
        try:
            coroutine = call.begin()
        except Exception as error:  # noqa: BLE001 - arguments that do not fit: a failure of this listener, like others
            coroutine = _failing(error)
        task = asyncio.get_running_loop().create_task(coroutine, name=call.subscription.name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if call.delivery is not None:
            task.add_done_callback(partial(_if_cancelled, call))
        return task

    def _report(self, call: Call, future: asyncio.Future[Any]) -> None:
        """Tell of a failure that nobody waits for: the listeners of 'error', or else the loop's exception handler."""
        if future.cancelled() or (error := future.exception()) is None:
            return
        if self._reports():
            token = _reporting.set(True)
            try:
                self.emit("error", error)
            finally:
                _reporting.reset(token)
            return
        message = f"listener {call.subscription.name} of {call.subscription.pattern!r} failed and nobody was waiting"
        future.get_loop().call_exception_handler({"message": message, "exception": error, "future": future})

    def _reports(self) -> bool:
        """Tell whether listeners of 'error' learn of a failure that nobody waits for."""
        return not _reporting.get() and bool(self._plan("error").subscriptions)

    # Telling observers

    def _opened(self, name: Hashable, args: Args, *, depth: int) -> Emission | None:
        if not self._observers:
            return None
        self._emissions += 1
        emission = Emission(self._emissions, name, args, emitter_of(depth), current_delivery.get(), self._observers)
        for observer in self._observers:
            observer.emitted(emission)
        return emission

    def _record_delivery(self, emission: Emission, subscription: Subscription, *, is_durable: bool = False) -> Delivery:
        seen = not (subscription.is_coroutine or is_durable)
        delivery = Delivery(emission, subscription, len(emission.deliveries), seen, is_durable=is_durable)
        emission.deliveries.append(delivery)
        for observer in emission.observers:
            observer.delivered(delivery)
        return delivery

    def _skip(self, emission: Emission | None, pending: Iterable[Subscription]) -> None:
        if emission is not None:
            for subscription in pending:
                if subscription.remaining != 0:  # used up by an emit inside this one: not called in any case
                    delivery = self._record_delivery(emission, subscription)
                    for observer in emission.observers:
                        observer.skipped(delivery)

    def _returned(self, emission: Emission | None) -> None:
        if emission is not None:
            for observer in emission.observers:
                observer.returned(emission)


def _if_cancelled(call: Call, future: asyncio.Future[Any]) -> None:
    if future.cancelled():
        call.close_unstarted(asyncio.CancelledError())


async def _failing(error: Exception) -> None:
    raise error
