"""How coroutine listeners run. The bus hands each emit's coroutine listeners to its runner, a strategy.

`Runner` is the strategy `awaited`. Others override its methods: `eventdemo/simulate/strategies.py` has four.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from contextvars import ContextVar
from functools import partial
from threading import current_thread, main_thread
from typing import Any

from eventdemo.core.delivery import Delivery, DeliveryMode, ListenerCancelledError


class NoRunningLoopError(RuntimeError):
    """Without a running event loop, an `emit` reached a listener that needs one, or `wait_for` was called."""


_running: ContextVar[Delivery | None] = ContextVar("eventdemo_running", default=None)
"""The delivery whose task the current code belongs to, or was started by."""


class Runner:
    """Runs each coroutine listener as a task of its own, all of them at the same time."""

    is_durable = False
    """Whether deliveries outlive this process. Such a runner gets those to plain functions too, and needs no loop."""

    def __init__(self) -> None:
        self.tasks: dict[asyncio.Future[Any], Delivery] = {}
        """The running tasks. A loop refers to its tasks weakly, so a task that nothing else holds may disappear."""

    def start(self, deliveries: Sequence[Delivery]) -> None:
        """Start the listeners for `emit`, which does not wait for them."""
        for delivery in deliveries:
            self.detach(delivery)

    async def run(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Start the listeners for `emit_async`; return when it may go on, with the deliveries whose results it gets."""
        futures = []
        awaits = DeliveryMode.AWAITED  # looking up a member takes a while
        for delivery in deliveries:
            if delivery.subscription.mode is awaits:
                futures.append(self.launch(delivery))
            else:
                self.detach(delivery)
        try:
            await wait_all(futures)
        except asyncio.CancelledError:
            for future in futures:
                _end_if_cancelled(self.tasks[future], future)  # its own callback may come after this
            raise
        finally:
            awaited = [self.tasks.pop(future) for future in futures]
        for delivery, future in zip(awaited, futures, strict=True):
            try:
                delivery.value = future.result()
            except asyncio.CancelledError:
                delivery.error = ListenerCancelledError(delivery.subscription.name)
            except Exception as error:  # noqa: BLE001 - `emit_async` raises it
                delivery.error = error
        return awaited

    def detach(self, delivery: Delivery) -> None:
        """Start one listener that no code waits for, and have its failure reported."""
        bus = delivery.emission.bus
        delivery.error_observed = bus.reports_errors()
        future = self.launch(delivery)
        future.add_done_callback(self.tasks.pop)
        future.add_done_callback(partial(bus.report, delivery))

    def launch(self, delivery: Delivery) -> asyncio.Future[Any]:
        """Start one listener as a task, and keep a reference until it has finished."""
        loop = asyncio.get_running_loop()
        start = loop.create_task if loop.get_task_factory() is None else partial(asyncio.Task, loop=loop)  # not eagerly
        outer = _running.set(delivery)
        task = start(delivery.coroutine(), name=delivery.subscription.name)
        _running.reset(outer)
        self.tasks[task] = delivery
        if delivery.emission.observers.all:
            task.add_done_callback(partial(_end_if_cancelled, delivery))
        return task

    async def drain(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - it says which listeners are late
        if _running.get() in self.tasks.values():
            raise RuntimeError("drain() in a listener, or in its tasks, would wait for itself: call it at shutdown.")
        loop = asyncio.get_running_loop()  # a task of a closed loop never ends
        ended: set[asyncio.Future[Any]] = set()
        try:
            async with asyncio.timeout(timeout):
                while running := {task for task in [*self.tasks] if task.get_loop() is loop} - ended:
                    ended, _ = await asyncio.wait(running)  # a turn later even if all have: their callbacks come first
        except TimeoutError:
            late = ", ".join(sorted({each.subscription.name for each in self.tasks.values()}))
            raise TimeoutError(f"After {timeout:g} s, listeners still run: {late}.") from None


def running_loop(event: Any) -> asyncio.AbstractEventLoop:
    """Return the running loop, or raise an error that says why `event` needs one."""
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    hint = "Do this inside `asyncio.run(main())`, or register a plain function."
    if current_thread() is not main_thread():
        hint = "Call `anyio.from_thread.run(bus.emit_async, event)` or `loop.call_soon_threadsafe(bus.emit, event)`."
    raise NoRunningLoopError(
        f"A coroutine or detached listener of {event!r}, or waiting for it, needs a running event loop, and this "
        f"thread has none. {hint}"
    )


async def wait_all(futures: Sequence[asyncio.Future[Any]]) -> None:
    """Wait until every future is done, with any result; if the caller is cancelled, cancel each once and still wait."""
    end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    _settle_after(iter(futures), end)
    try:
        await end
    except asyncio.CancelledError:
        for future in futures:
            future.cancel()
        await wait_despite_cancellation(futures)
        raise


def _settle_after(futures: Iterator[asyncio.Future[Any]], end: asyncio.Future[None], _: object = None) -> None:
    for future in futures:
        if not future.done():  # one callback at a time keeps an emit cheap
            future.add_done_callback(partial(_settle_after, futures, end))
            return
    if not end.done():
        end.set_result(None)


async def wait_despite_cancellation(futures: Sequence[asyncio.Future[Any]]) -> None:
    """Wait until every future is done, however often the caller is cancelled meanwhile."""
    anyio = sys.modules.get("anyio")  # whose scopes cancel a task again on each turn of the loop, unless shielded
    with nullcontext() if anyio is None else anyio.CancelScope(shield=True):
        while running := [future for future in futures if not future.done()]:
            with suppress(asyncio.CancelledError):
                await asyncio.wait(running)


def _end_if_cancelled(delivery: Delivery, future: asyncio.Future[Any]) -> None:
    if future.cancelled():  # perhaps before its first line, where the delivery itself could not notice
        delivery.end(asyncio.CancelledError())
