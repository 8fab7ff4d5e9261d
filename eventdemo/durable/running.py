"""What runs beside a backend on a durable bus: a relay to the engine's server, and workers, if they are to be here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from eventdemo.durable.bus import DurableBus
from eventdemo.durable.engine import Engine
from eventdemo.durable.handled import Handled
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.outbox_engine import OutboxEngine
from eventdemo.durable.registry import engine
from eventdemo.durable.relay import Relay
from eventdemo.durable.worker import Worker


def engine_for(
    bus: DurableBus, name: str, url: str = "", *, policies: Mapping[str, RetryPolicy] | None = None
) -> Engine:
    """Make the engine `name` for the listeners of a bus; those without a policy get the article's."""
    chosen = dict.fromkeys(bus.listener_names, RetryPolicy()) | dict(policies or {})
    return engine(name, url, policies=chosen, **({"outbox": bus.outbox} if name == OutboxEngine.name else {}))


@asynccontextmanager
async def running(bus: DurableBus, engine: Engine, *, works: bool) -> AsyncIterator[None]:
    """Bring what the bus accepts to the engine, and have it worked on in this process if `works`, inside the block.

    Without workers an absent server is waited for, and what is accepted meanwhile waits in the outbox; with workers it
    is an error at once.
    """
    relay = Relay(bus.outbox, engine, bus.listener_names)
    relays = not isinstance(engine, OutboxEngine)  # which works on the outbox itself
    try:
        if works:
            await engine.open()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(relay.run(opens=not works))] if relays else []
            if works:
                tasks.append(group.create_task(engine.work(Worker(bus, Handled(bus.outbox.database)).handle)))
            yield
            for task in tasks:
                task.cancel()
    finally:
        await engine.close()
        bus.books.close()
