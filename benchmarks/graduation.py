"""How many events per second each durable engine accepts and processes: `python -m benchmarks.graduation`.

Each event is emitted on a durable bus, committed to the outbox, relayed, and processed by a worker in this process,
which records its key. The listener does nothing. Each engine runs once, with its server on this machine, so read the
ratios. The results go to docs/data/graduation.json. An engine whose server isn't running is left out.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
import json
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.backend.wiring import in_process_bus
from eventdemo.core.bus import EventBus
from eventdemo.durable.bus import durable_bus
from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.durable.processed import ProcessedJobs
from eventdemo.durable.registry import ENGINES
from eventdemo.durable.runtime import engine_for, runtime
from eventdemo.simulate.run import quiet

DATA = Path(__file__).parent.parent / "docs/data/graduation.json"
IN_PROCESS = "in process"
JOBS, PLACES = 1000, 8
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Speed:
    """How many events per second one emitter handed over, one after another, and how many were processed."""

    engine: str
    jobs: int
    accepted: float
    done: float


async def do_nothing(event: AuthLogin) -> None:
    """Receive the event."""


async def in_process(jobs: int = JOBS) -> Speed:
    """Measure an in-process bus, which has processed an event by the time it has accepted it."""
    bus = in_process_bus()
    bus.on(AuthLogin, do_nothing)
    seconds = await _emit_all(bus, jobs)
    return Speed(IN_PROCESS, jobs, round(jobs / seconds, 1), round(jobs / seconds, 1))


async def behind(engine: str, url: str = "", jobs: int = JOBS) -> Speed:
    """Measure an engine, with a worker in this process that runs `PLACES` jobs concurrently."""
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/backend.db")) as database:
        bus, processed = durable_bus(database), ProcessedJobs(database)
        bus.on(AuthLogin, do_nothing)
        made = engine_for(bus, engine, url, policy=RetryPolicy(concurrency=PLACES), prefix="eventdemo-measure")
        async with runtime(bus, made, with_worker=True):
            begun = perf_counter()
            accepting = await _emit_all(bus, jobs)
            async with asyncio.timeout(PATIENCE):
                while await processed.count() < jobs:  # noqa: ASYNC110 - the worker could run in another process
                    await asyncio.sleep(0.005)
            seconds = perf_counter() - begun
    return Speed(engine, jobs, round(jobs / accepting, 1), round(jobs / seconds, 1))


async def _emit_all(bus: EventBus, jobs: int) -> float:
    begun = perf_counter()
    for number in range(jobs):
        await bus.emit_async(AuthLogin(user_id=number))
    return perf_counter() - begun


async def speeds(engines: Iterable[str], jobs: int = JOBS) -> list[Speed]:
    """Measure the in-process bus, and the engines whose servers are available."""
    found = [await in_process(jobs)]
    for engine in engines:
        try:
            with quiet():
                found.append(await behind(engine, jobs=jobs))
        except EngineUnavailableError as error:
            sys.stderr.write(f"{engine} is left out: {error}\n")
    return found


def main() -> None:
    """Measure, and write the results."""
    records = [asdict(speed) for speed in asyncio.run(speeds(sys.argv[1:] or ENGINES))]
    DATA.write_text(json.dumps(records, indent=2) + "\n", "utf-8")
    sys.stderr.write(f"wrote {DATA.name}\n")


if __name__ == "__main__":
    main()
