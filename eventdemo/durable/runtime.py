"""What runs beside a backend on a durable bus: a relay to the engine's server, and workers, if they are to be here."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from eventdemo.core.fates import Fate, LostError
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.cache_updates import CacheUpdates
from eventdemo.durable.engine import Engine
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.outbox_engine import OutboxEngine
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.registry import engine
from eventdemo.durable.relay import Relay
from eventdemo.durable.worker import Worker

PREFIX = "eventdemo"


def engine_for(
    bus: DurableBus,
    name: str,
    url: str = "",
    *,
    policy: RetryPolicy | None = None,
    prefix: str = PREFIX,
    **options: Any,
) -> Engine:
    """Make the engine `name` for all listeners of a bus; `options` are the engine's own.

    Several backends may share a server if the names of their queues begin with another `prefix` each.
    """
    if name == OutboxEngine.name:
        options |= {
            "outbox": bus.outbox,
            "on_dead_letter": partial(bus.pending.end, error=LostError(Fate.DEAD_LETTERED)),
        }
    else:
        options["prefix"] = prefix
    return engine(name, url, policies=dict.fromkeys(bus.listener_names, policy or RetryPolicy()), **options)


@asynccontextmanager
async def runtime(
    bus: DurableBus, engine: Engine, *, with_worker: bool, caches: Iterable[object] = ()
) -> AsyncIterator[None]:
    """Bring what the bus accepts to the engine, and have it worked on in this process if `works`, inside the block.

    What the listeners of `memories` keep, they keep in every process, where the engine can tell all of them. Without
    workers an absent server is waited for, and what is accepted meanwhile waits in the outbox; with workers it is an
    error at once.
    """
    told = CacheUpdates(bus, engine, caches)
    relay = Relay(bus.outbox, engine, bus.listener_names, broadcast=told.broadcast)
    relays = not isinstance(engine, OutboxEngine)  # which works on the outbox itself
    try:
        if with_worker:
            await engine.open()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(relay.run(opens=not with_worker))] if relays else []
            if with_worker:
                tasks.append(group.create_task(engine.work(Worker(bus, ProcessedJobs(bus.outbox.database)).handle)))
            if told.listeners:
                tasks.append(group.create_task(told.subscribe()))
            yield
            for task in tasks:
                task.cancel()
    finally:
        await engine.close()
        bus.pending.close(bus)
