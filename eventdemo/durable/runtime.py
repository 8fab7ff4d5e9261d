"""The background tasks of a backend on a durable bus: a relay to the engine's server, a worker, updates of caches."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from eventdemo.core.fates import Fate, LostError
from eventdemo.durable.bus import DurableBus
from eventdemo.durable.engine import Broadcaster, Engine, reconnecting
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox_engine import OutboxEngine
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.registry import engine
from eventdemo.durable.relay import Relay
from eventdemo.durable.worker import Worker, call

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
    """Create the engine `name` for all listeners of a bus; `options` are the engine's own.

    Several backends can share a server if each has its own `prefix`, with which the names of its queues begin.
    """
    policies: Mapping[str, RetryPolicy] = PolicyForAll(bus, policy or RetryPolicy())
    if name == OutboxEngine.name:
        options |= {
            "outbox": bus.outbox,
            "on_dead_letter": partial(bus.pending.end, error=LostError(Fate.DEAD_LETTERED)),
        }
    else:
        options["prefix"] = prefix
        bus.queues = policies = dict(policies)  # a server has a queue for each listener, which is declared once
    return engine(name, url, policies=policies, **options)


@dataclass(eq=False)
class PolicyForAll(Mapping[str, RetryPolicy]):
    """One policy for each listener of a bus, even if the listener is registered after the worker has started."""

    bus: DurableBus
    policy: RetryPolicy

    def __getitem__(self, listener: str) -> RetryPolicy:
        return self.policy

    def __iter__(self) -> Iterator[str]:
        return iter(self.bus.listener_names)

    def __len__(self) -> int:
        return len(self.bus.listener_names)


@asynccontextmanager
async def runtime(
    bus: DurableBus, engine: Engine, *, with_worker: bool, caches: Iterable[object] = ()
) -> AsyncIterator[None]:
    """Inside the block, publish accepted jobs to the engine and, with `with_worker`, process them in this process.

    `caches` are the objects whose listeners update a cache; their jobs are broadcast to every instance if the engine
    can do that. With a worker, an unavailable server is an error. Without one, jobs wait in the outbox for the server.
    """
    updates = cache_updates(bus, engine, caches)
    relay = Relay(bus.outbox, engine, bus.listener_names, updates)
    relays = not isinstance(engine, OutboxEngine)  # which reads the outbox itself
    try:
        if with_worker:
            await engine.open()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(relay.run(opens=not with_worker))] if relays else []
            if with_worker:
                tasks.append(group.create_task(engine.work(Worker(bus, ProcessedJobs(bus.outbox.database)).handle)))
            if updates:
                subscribe = cast("Broadcaster", engine).subscribe
                tasks.append(group.create_task(reconnecting(subscribe, partial(update_cache, bus))))
            yield
            for task in tasks:
                task.cancel()
    finally:
        bus.queues = None
        await engine.close()
        bus.pending.close(bus)


def cache_updates(bus: DurableBus, engine: Engine, owners: Iterable[object]) -> Collection[str]:
    """Return the names of the listeners that update a cache; they are methods of the `owners`.

    Every instance has a cache, but a job goes to one worker. So these jobs are also broadcast to all instances, if the
    engine can do that. The outbox and BullMQ cannot; behind them only the cache of that worker is up to date.
    """
    return bus.listener_names_of(owners) if engine.capabilities.broadcasts else ()


async def update_cache(bus: DurableBus, job: Job) -> None:
    """Call the listener even if another instance did the job: each instance has its own cache."""
    await call(*bus.resolve(job))
