"""Cancelled by anyio, which cancels a task again on every turn of the loop, and so by FastAPI and Starlette."""

import asyncio

import anyio
import pytest

from eventdemo.core.bus import EventBus
from tests.core.calls import Calls, run
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("web", "starlette"))


def cleaning(calls, *, shielded):
    """Return a listener that takes a second to clean up after a cancellation."""

    async def listener():
        try:
            await asyncio.sleep(100)
        finally:
            calls.append("cancelled")
            with anyio.CancelScope(shield=shielded):
                await asyncio.sleep(1)
            calls.append("cleaned up")

    return listener


async def move_on_after(bus):
    with anyio.move_on_after(2):
        await bus.emit_async("x")


async def fail_after(bus):
    with pytest.raises(TimeoutError):
        with anyio.fail_after(2):
            await bus.emit_async("x")


async def task_group(bus):
    async with anyio.create_task_group() as group:
        group.start_soon(bus.emit_async, "x")
        await asyncio.sleep(2)
        group.cancel_scope.cancel()


async def disconnected_client(bus):
    """Answer with a stream whose client leaves after two seconds."""
    from starlette.responses import StreamingResponse

    async def body():
        yield b"first"
        await bus.emit_async("x")

    async def receive():
        await asyncio.sleep(2)
        return {"type": "http.disconnect"}

    async def send(message): ...

    scope = {"type": "http", "asgi": {"spec_version": "2.3"}, "extensions": {}}
    await StreamingResponse(body())(scope, receive, send)


@pytest.mark.parametrize("shielded", [False, True])
@pytest.mark.parametrize("cancelling", [move_on_after, fail_after, task_group, disconnected_client])
def test_a_cancelled_emit_async_waits_until_its_listeners_have_cleaned_up(cancelling, shielded):
    bus, calls = EventBus(), Calls()
    bus.on("x", cleaning(calls, shielded=shielded))

    async def main():
        await cancelling(bus)
        calls.append("given up")
        return asyncio.get_running_loop().time()

    assert run(main()) == 3
    assert calls == ["cancelled", "cleaned up", "given up"]


def test_waiting_for_a_listener_that_resists_does_not_keep_the_loop_busy():
    bus = EventBus()

    async def resists():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            await asyncio.sleep(100)

    bus.on("x", resists)

    async def main():
        loop = asyncio.get_running_loop()
        with anyio.move_on_after(1):
            await bus.emit_async("x")
        return loop.time()

    assert run(main(), step_limit=100) == 101  # anyio's attempts to cancel again would be one step on each turn
