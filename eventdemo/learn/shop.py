"""A shop, as a process that you can kill: `python shop.py FOLDER ENGINE URL MOMENT LISTENERS ITEMS`.

It stores each payment, emits an event for it, and sends a receipt, in one of four versions of the listener. The mail
server belongs to another company, so killing the shop doesn't change what it has received.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, closing, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table, func, insert, select
from sqlmodel import AutoString

from eventdemo.backend.storage.database import Database
from eventdemo.core.bus import EventBus
from eventdemo.core.events import Event
from eventdemo.durable.bus import DurableBus, durable_bus
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.runtime import engine_for, runtime

TABLES = MetaData()
PAYMENTS = Table("payments", TABLES, Column("item", AutoString, primary_key=True))
IN_PROCESS = "in-process"
BEFORE, AFTER = "before", "after"
"""The moments for a kill: before the mail server has the last mail, or after that, and before its answer."""
LAST = "anvil"
"""The item whose receipt is on its way when the shop is killed."""
STORED, PAUSED, DONE = "stored", "paused", "done"
"""What the process prints when a payment is stored, when it waits for the kill, and when nothing is left to do."""
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "outbox": {"lease_seconds": 2.0},
    "bullmq": {"lock_duration": 2.0},
    "rabbitmq": {},
}
"""Short leases and locks, so that the job of a dead worker is soon free. RabbitMQ sees the connection close."""


class PaymentReceived(Event, name="payment.received"):
    item: str


@dataclass(frozen=True, slots=True)
class LineFile:
    """A file of lines, which is still there after a kill."""

    path: Path

    def read(self) -> list[str]:
        return self.path.read_text("utf-8").splitlines() if self.path.exists() else []

    def add(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Another company's mail server. If a mail has a key, another mail with that key is ignored."""

    inbox: LineFile
    moment: str
    """When the call for the last mail waits to be killed."""

    async def send(self, mail: str, key: str = "") -> None:
        await self._pause(BEFORE, mail)
        if not key or not any(line.endswith(f" {key}") for line in self.inbox.read()):
            self.inbox.add(f"{mail} {key}".strip())
        await self._pause(AFTER, mail)

    async def _pause(self, moment: str, mail: str) -> None:
        if self.moment == moment and mail == LAST:
            say(PAUSED)
            await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Desk:
    """What a listener works with: the mail server, a set in its process, and a table in the shop's database."""

    mail: MailServer
    table: LineFile
    memory: set[str] = field(default_factory=set)


async def send_receipt(desk: Desk, payment: PaymentReceived) -> None:
    await desk.mail.send(payment.item)


async def with_a_set(desk: Desk, payment: PaymentReceived) -> None:
    if payment.id not in desk.memory:
        await desk.mail.send(payment.item)
        desk.memory.add(payment.id)


async def with_a_table(desk: Desk, payment: PaymentReceived) -> None:
    if payment.id not in desk.table.read():
        await desk.mail.send(payment.item)
        desk.table.add(payment.id)


async def with_a_key(desk: Desk, payment: PaymentReceived) -> None:
    await desk.mail.send(payment.item, key=payment.id)


LISTENERS: Mapping[str, Callable[[Desk, PaymentReceived], Awaitable[None]]] = {
    each.__name__: each for each in (send_receipt, with_a_set, with_a_table, with_a_key)
}


def make_bus(engine: str, database: Database) -> EventBus:
    return EventBus(strict=True) if engine == IN_PROCESS else durable_bus(database)


async def pay(database: Database, bus: EventBus, item: str) -> None:
    """Store a payment and emit its event."""
    async with database.unit():
        await database.write(lambda connection: connection.execute(insert(PAYMENTS), {"item": item}))
        bus.emit(PaymentReceived(item=item))


async def run(folder: Path, engine: str, url: str, listeners: Mapping[str, Desk], items: Iterable[str]) -> None:
    """Receive payments, and do what there is to do, including what an earlier process has left."""
    with closing(Database(f"sqlite:///{folder}/shop.db", tables=TABLES)) as database:
        bus = make_bus(engine, database)
        for name, desk in listeners.items():
            bus.on(PaymentReceived, partial(LISTENERS[name], desk))
        async with working(bus, engine, url):
            for item in items:
                await pay(database, bus, item)
                say(STORED)
            await finished(bus, database, len(listeners))
            say(DONE)
            await asyncio.Event().wait()


def working(bus: EventBus, engine: str, url: str) -> AbstractAsyncContextManager[object]:
    """Process jobs inside the block, if the bus makes jobs."""
    if not isinstance(bus, DurableBus):
        return nullcontext()
    return runtime(bus, engine_for(bus, engine, url, **OPTIONS[engine]), with_worker=True)


async def finished(bus: EventBus, database: Database, listeners: int) -> None:
    """Wait until no listener runs, and no job waits."""
    await bus.drain()
    if isinstance(bus, DurableBus):
        payments = await database.read(lambda c: c.execute(select(func.count()).select_from(PAYMENTS)).scalar_one())
        processed = ProcessedJobs(database)
        while await processed.count() < payments * listeners:  # noqa: ASYNC110 - a table says nothing
            await asyncio.sleep(0.02)


def say(word: str) -> None:
    """Print a word that the parent process reads from our log."""
    print(word, flush=True)  # noqa: T201 - it is how the two processes talk


def main(arguments: Iterable[str]) -> None:
    folder, engine, url, moment, listeners, *items = arguments
    desks = {
        name: Desk(MailServer(LineFile(Path(folder, f"{name}.mails")), moment), LineFile(Path(folder, f"{name}.table")))
        for name in listeners.split(",")
    }
    asyncio.run(run(Path(folder), engine, url, desks, items))


if __name__ == "__main__":
    main(sys.argv[1:])
