"""A FastAPI shop that charges a bank, and can sell its last book twice."""

import asyncio

import httpx
from fastapi import FastAPI, HTTPException

from mock_services import FakeService


def make_bank() -> FakeService:
    bank = FakeService("bank")

    @bank.route("POST", "/charges/{customer}")
    def charge(_: httpx.Request, customer: str) -> dict[str, str]:
        return {"charged": customer}

    return bank


def make_app(bank: httpx.AsyncClient, stock: dict[str, int]) -> FastAPI:
    app = FastAPI()

    @app.post("/buy/{item}")
    async def buy(item: str, customer: str) -> None:
        if not stock[item]:
            raise HTTPException(409, "sold out")
        (await bank.post(f"/charges/{customer}")).raise_for_status()
        stock[item] -= 1

    @app.post("/reserve/{item}")
    async def reserve(item: str, customer: str) -> None:
        if not stock[item]:
            raise HTTPException(409, "sold out")
        stock[item] -= 1  # no other task runs between the look and this line
        try:
            (await bank.post(f"/charges/{customer}")).raise_for_status()
        except httpx.HTTPError as error:
            stock[item] += 1
            raise HTTPException(502, "the bank doesn't answer") from error

    return app


async def two_customers(path: str) -> None:
    bank, stock = make_bank(), {"book": 1}
    async with httpx.AsyncClient(transport=bank.transport(), base_url="https://bank.example") as to_bank:
        shop = httpx.ASGITransport(make_app(to_bank, stock))

        async def order(customer: str) -> int:
            await asyncio.sleep(0.1)  # the customer's network
            async with httpx.AsyncClient(transport=shop, base_url="https://shop.example") as browser:
                return (await browser.post(path, params={"customer": customer})).status_code

        statuses = await asyncio.gather(order("Ann"), order("Bo"))
    sold = statuses.count(200)
    assert sold <= 1, f"one book was sold {sold} times"
    assert stock["book"] == 1 - sold, f"{sold} sold, {stock['book']} left"


async def sold_twice() -> None:
    await two_customers("/buy/book")


async def sold_once() -> None:
    await two_customers("/reserve/book")
