"""A process with a running listener: it prints how far the listener came and, if it still can, how the delivery ended.

Argument: `returns` ends by itself, `waits` waits for a signal; `drains` and `leaves` are web apps on uvicorn.
"""

# ruff: noqa: T201 - a test reads what it prints

import asyncio
import sys

import uvicorn

from eventdemo import EventBus, Ledger

bus, ledger = EventBus(), Ledger()
bus.observe(ledger)
mode = sys.argv[1]


@bus.on("saved")
async def listener(may_finish):
    try:
        print("running", flush=True)
        await may_finish.wait()
    except asyncio.CancelledError:
        print("except", flush=True)
        raise
    finally:
        print("finally", flush=True)


async def script():
    bus.emit("saved", asyncio.Event())
    await asyncio.sleep(0.1 if mode == "returns" else 600)


async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    shutdown = asyncio.Event()
    await receive()
    bus.emit("saved", shutdown)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    print("no more requests", flush=True)
    if mode == "drains":
        shutdown.set()
        await bus.drain()
        print(*ledger.counts(), flush=True)
    await send({"type": "lifespan.shutdown.complete"})


if mode in {"drains", "leaves"}:
    uvicorn.run(app, port=0, lifespan="on", log_level="critical")
else:
    try:
        asyncio.run(script())
    finally:
        print(*ledger.counts(), flush=True)
