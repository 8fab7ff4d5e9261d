"""A wallet on a plain pyee emitter. Each payment reads the balance, waits, and writes it."""

import asyncio

from pyee.asyncio import AsyncIOEventEmitter


async def deposits() -> None:
    emitter, balance = AsyncIOEventEmitter(), {"ann": 0}

    @emitter.on("paid")
    async def deposit(amount: int) -> None:
        before = balance["ann"]
        await asyncio.sleep(0.1)  # the bank
        balance["ann"] = before + amount

    emitter.emit("paid", 5)
    await asyncio.sleep(0.1)  # the next payment comes later
    emitter.emit("paid", 7)
    await emitter.wait_for_complete()
    assert balance["ann"] == 5 + 7, f"the balance is {balance['ann']}"
