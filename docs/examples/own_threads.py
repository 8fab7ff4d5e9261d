"""A FastAPI app whose endpoints emit: in the loop, and in a worker thread, where FastAPI runs each `def`."""

import asyncio
from textwrap import fill

import httpx
from anyio import from_thread
from fastapi import BackgroundTasks, FastAPI

from eventdemo import Event, EventBus
from eventdemo.core.runner import NoRunningLoopError


class OrderPaid(Event, name="order.paid"):
    order: int


app, bus = FastAPI(), EventBus()


def where() -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "in a worker thread"
    return "in the loop"


@bus.on("order.viewed")
def count(order: int) -> None:
    print(f"    count ran {where()}")


@bus.on(OrderPaid)
async def send_receipt(event: OrderPaid) -> None:
    await asyncio.sleep(0)  # your mail service
    print(f"    send_receipt ran {where()}")


@app.get("/async-endpoint")
async def async_endpoint() -> None:
    bus.emit("order.viewed", 7)
    await bus.emit_async(OrderPaid(order=7))


@app.get("/def-endpoint")
def def_endpoint() -> None:
    bus.emit("order.viewed", 7)
    try:
        bus.emit(OrderPaid(order=7))
    except NoRunningLoopError as refusal:
        print(fill(str(refusal), 96, initial_indent="    ", subsequent_indent="    "))
    from_thread.run(bus.emit_async, OrderPaid(order=7))  # waits; from_thread.run_sync(bus.emit, ...) does not


@app.get("/background-tasks")
async def background_tasks(tasks: BackgroundTasks) -> None:
    tasks.add_task(bus.emit, "order.viewed", 7)  # `emit` is a `def`
    tasks.add_task(bus.emit_async, OrderPaid(order=7))


async def main() -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://backend.example") as client:
        for path in ("/async-endpoint", "/def-endpoint", "/background-tasks"):
            print(path)
            await client.get(path)


asyncio.run(main())
