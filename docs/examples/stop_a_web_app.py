"""A FastAPI app whose listeners get some time to finish when it stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from eventdemo import EventBus

bus = EventBus()


@bus.on("order.paid")
async def send_receipt(order: int) -> None:
    await asyncio.sleep(0.01)  # your mail service
    print(f"receipt for order {order}")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    print("no more requests")
    try:
        await bus.drain(timeout=20)
    except TimeoutError as late:
        print(late)
    print("close the database")


app = FastAPI(lifespan=lifespan)


@app.post("/orders/{order}/pay")
async def pay(order: int) -> None:
    bus.emit("order.paid", order)


async def main() -> None:
    transport = httpx.ASGITransport(app)
    async with lifespan(app), httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
        print("answered with", (await client.post("/orders/7/pay")).status_code)


asyncio.run(main())
