"""How coroutine listeners run. The bus hands each emit's coroutine listeners to its runner, a strategy.

`Runner` is the strategy `awaited`. Others override its methods: `eventdemo/simulate/strategies.py` has four.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from eventdemo.core.delivery import Delivery, DeliveryMode


class NoRunningLoopError(RuntimeError):
    """Without a running event loop, an `emit` reached a listener that needs one, or `wait_for` was called."""


class ListenerCancelledError(Exception):
    """A listener was cancelled while `emit_async` waited for it: its `CancelledError` would look like the emitter's."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(f"{delivery.subscription.name} was cancelled")


class Runner:
    """Runs each coroutine listener as a task of its own, all of them at the same time."""

    is_durable = False
    """Whether deliveries outlive this process. Such a runner gets those to plain functions too, and needs no loop."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Future[Any]] = set()
        """The running tasks. A loop refers to its tasks weakly, so a task that nothing else holds may disappear."""

    def start(self, deliveries: Sequence[Delivery]) -> None:
        """Start the listeners for `emit`, which does not wait for them."""
        for delivery in deliveries:
            self.detach(delivery)

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Start the listeners for `emit_async`; return when it may go on, with the deliveries whose results it gets."""
        awaited: list[tuple[Delivery, asyncio.Future[Any]]] = []
        for delivery in deliveries:
            if delivery.subscription.mode is DeliveryMode.AWAITED:
                delivery.error_observed = True
                awaited.append((delivery, self.launch(delivery)))
            else:
                self.detach(delivery)
        futures = [future for _, future in awaited]
        try:
            await wait_all(futures)
        finally:
            self.tasks.difference_update(futures)
        for delivery, future in awaited:
            if future.cancelled():
                delivery.error = ListenerCancelledError(delivery)
            elif isinstance(error := future.exception(), Exception):
                delivery.error = error
            else:
                delivery.value = future.result()
        return [delivery for delivery, _ in awaited]

    def detach(self, delivery: Delivery) -> None:
        """Start one listener that no code waits for, and have its failure reported."""
        bus = delivery.emission.bus
        delivery.error_observed = bus.reports_errors()
        future = self.launch(delivery)
        future.add_done_callback(self.tasks.discard)
        future.add_done_callback(partial(bus.report, delivery))

    def launch(self, delivery: Delivery) -> asyncio.Future[Any]:
        """Start one listener as a task, and keep a reference until it has finished: `detach` and `run` drop it then."""
        task = asyncio.get_running_loop().create_task(delivery.coroutine(), name=delivery.subscription.name)
        self.tasks.add(task)
        if delivery.emission.observers.all:
            task.add_done_callback(partial(_end_if_cancelled, delivery))
        return task

    async def drain(self) -> None:
        """Wait until no listener runs any more, including those that running listeners start in turn."""
        if asyncio.current_task() in self.tasks:
            raise RuntimeError("drain() inside a listener would wait for itself: call it where the backend shuts down.")
        loop = asyncio.get_running_loop()  # a task of a closed loop never ends
        while running := [task for task in self.tasks if not task.done() and task.get_loop() is loop]:
            await asyncio.wait(running)


def running_loop(event: Any) -> asyncio.AbstractEventLoop:
    """Return the running loop, or raise an error that says why `event` needs one."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise NoRunningLoopError(
            f"A coroutine or detached listener of {event!r}, or waiting for it, needs a running event loop, and "
            "there is none here. Do this inside `asyncio.run(main())`, or register a plain function."
        ) from None


async def wait_all(futures: Sequence[asyncio.Future[Any]]) -> None:
    """Wait until every future is done, whatever its result; if the caller is cancelled, cancel them and still wait."""
    end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    rest = iter(futures)

    def watch_next(_: object = None) -> None:  # one callback at a time keeps an emit cheap
        for future in rest:
            if not future.done():
                future.add_done_callback(watch_next)
                return
        if not end.done():
            end.set_result(None)

    watch_next()
    try:
        await end
    except asyncio.CancelledError:
        for future in futures:
            future.cancel()
        await wait_all(futures)
        raise


def _end_if_cancelled(delivery: Delivery, future: asyncio.Future[Any]) -> None:
    if future.cancelled():  # perhaps before its first line, where the delivery itself could not notice
        delivery.end(asyncio.CancelledError())


def results_or_raise(event: object, deliveries: Sequence[Delivery]) -> list[Any]:
    """Return the values in order, or raise one `ExceptionGroup` that names the event and each listener that failed."""
    errors = {delivery: delivery.error for delivery in deliveries if delivery.error is not None}
    if not errors:
        return [delivery.value for delivery in deliveries]
    for delivery, error in errors.items():
        error.add_note(f"raised by listener {delivery.subscription.name} of {event!r}")
    names = ", ".join(delivery.subscription.name for delivery in errors)
    message = f"{len(errors)} of {len(deliveries)} awaited listeners of {event!r} failed: {names}"
    raise ExceptionGroup(message, [*errors.values()])
