"""How many jobs a second each durable engine accepts and does, beside the bus in memory: `benchmarks.engines`.

Writes docs/data/engines.json, which the page about choosing an engine shows. Rates are of one run on one machine, with
the server on the same machine, a listener that does nothing and one worker: read the ratios.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from benchmarks.__main__ import machine
from eventdemo.backend.storage.database import Database
from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuthLogout
from eventdemo.durable.engine import Engine
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.registry import ENGINES, engine
from eventdemo.durable.servers import MockKafka

DATA = Path(__file__).parent.parent / "docs/data/engines.json"
LISTENER = "Clerk.file_away"
JOBS = 1_000
BATCH = 100
"""Jobs that are published at a time, as a relay does."""
ALONE = 200
"""Jobs that are published one after the other, each waited for."""
PLACES = 10


def main() -> int:
    """Measure what can be measured here, show it and write it."""
    memory = asyncio.run(in_memory())
    rates = {name: asyncio.run(measured(name)) for name in ENGINES if not absent(name)}
    told = {
        "machine": machine(),
        "jobs": JOBS,
        "batch": BATCH,
        "places": PLACES,
        "in_process": {"emit_per_second": round(memory)},
        "engines": {name: shown(rate, memory) for name, rate in rates.items()},
    }
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print(json.dumps(told, indent=2))
    return 0


def absent(name: str) -> bool:
    """Tell whether an engine's server would have to be here, and is not."""
    if name != "rabbitmq":
        return False
    try:
        socket.create_connection(("127.0.0.1", 5672), timeout=1).close()
    except OSError:
        print("There is no RabbitMQ at 127.0.0.1:5672: it is left out.", file=sys.stderr)
        return True
    return False


def shown(rates: dict[str, float], memory: float) -> dict[str, float]:
    """Return rates as whole numbers, and how many times slower than in memory a job is done."""
    return {
        **{key: round(rate) for key, rate in rates.items()},
        "times_slower": round(memory / rates["done_per_second"]),
    }


async def in_memory() -> float:
    """Return how many events a second the bus hands to one coroutine listener, until that has ended."""
    bus = EventBus()

    @bus.on(AuthLogout)
    async def file_away(event: AuthLogout) -> None: ...

    began = time.perf_counter()
    for number in range(JOBS):
        bus.emit(AuthLogout(user_id=number))
    await bus.drain()
    return JOBS / (time.perf_counter() - began)


async def measured(name: str) -> dict[str, float]:
    """Return what an engine accepts a second, one by one and in batches, and what one worker does a second."""
    async with opened(name) as engine:
        jobs = [Job.of(AuthLogout(user_id=number), LISTENER) for number in range(JOBS)]
        began = time.perf_counter()
        for job in jobs[:ALONE]:
            await engine.publish([job])
        alone = time.perf_counter()
        for start in range(ALONE, JOBS, BATCH):
            await engine.publish(jobs[start : start + BATCH])
        accepted = time.perf_counter()
        return {
            "accepted_per_second_one_by_one": ALONE / (alone - began),
            "accepted_per_second_in_batches": (JOBS - ALONE) / (accepted - alone),
            "done_per_second": await done_per_second(engine),
        }


async def done_per_second(engine: Engine) -> float:
    """Return the rate between the first job and the last; getting a worker going is not part of it."""
    first = last = 0.0
    left = set(range(JOBS))
    finished = asyncio.Event()

    async def handle(job: Job) -> None:
        nonlocal first, last
        last = time.perf_counter()
        first = first or last
        left.discard(job.payload["user_id"])
        if not left:
            finished.set()

    working = asyncio.create_task(engine.work(handle))
    await finished.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return JOBS / (last - first)


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[Any]:
    """Have an engine on a server of its own where there is such, and leave nothing on one that is shared."""
    with ExitStack() as stack:
        policy = RetryPolicy(concurrency=1 if name == "kafka" else PLACES)  # the mock is good for one consumer
        options: dict[str, Any] = {} if name == "outbox" else {"prefix": f"eventdemo-bench-{uuid4().hex[:8]}"}
        if name == "kafka":
            options["url"] = stack.enter_context(MockKafka()).url
        if name == "outbox":
            database = Database(f"sqlite:///{stack.enter_context(TemporaryDirectory())}/outbox.sqlite")
            stack.callback(database.close)
            options["outbox"] = Outbox(database)
        made: Any = engine(name, policies={LISTENER: policy}, **options)
        await made.open()
        try:
            yield made
        finally:
            if name == "rabbitmq":
                await made.remove()
            await made.close()


if __name__ == "__main__":
    sys.exit(main())
