"""How many events a second one emitter gets rid of behind each engine, and how many are done: the whole way.

`engines.py` measures an engine alone; here an event is emitted on a durable bus, committed into the outbox, relayed,
done by a worker, and its key is written down. One run each, with a listener that does nothing. Writes
docs/data/graduation.json: read the ratios.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
import json
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from eventdemo.backend.storage.database import Database
from eventdemo.backend.wiring import in_process_bus
from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuthLogin
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
    """How many events a second one emitter got rid of, one after another, and how many were done."""

    engine: str
    jobs: int
    accepted: float
    done: float


async def do_nothing(event: AuthLogin) -> None:
    """Be a listener."""


async def in_process(jobs: int = JOBS) -> Speed:
    """Measure a bus in this process: when it has accepted an event, it has done it."""
    bus = in_process_bus()
    bus.on(AuthLogin, do_nothing)
    seconds = await _emit_all(bus, jobs)
    return Speed(IN_PROCESS, jobs, round(jobs / seconds, 1), round(jobs / seconds, 1))


async def behind(engine: str, url: str = "", jobs: int = JOBS) -> Speed:
    """Measure an engine, with a worker in this process that does `PLACES` jobs at a time."""
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/backend.db")) as database:
        bus, processed = durable_bus(database), ProcessedJobs(database)
        bus.on(AuthLogin, do_nothing)
        made = engine_for(bus, engine, url, policy=RetryPolicy(concurrency=PLACES), prefix="eventdemo-measure")
        async with runtime(bus, made, with_worker=True):
            begun = perf_counter()
            accepting = await _emit_all(bus, jobs)
            async with asyncio.timeout(PATIENCE):
                while await processed.count() < jobs:  # noqa: ASYNC110 - the worker may be anywhere
                    await asyncio.sleep(0.005)
            seconds = perf_counter() - begun
    return Speed(engine, jobs, round(jobs / accepting, 1), round(jobs / seconds, 1))


async def _emit_all(bus: EventBus, jobs: int) -> float:
    begun = perf_counter()
    for number in range(jobs):
        await bus.emit_async(AuthLogin(user_id=number))
    return perf_counter() - begun


def main() -> None:
    """Measure the engines that are there, and write what was found."""
    speeds = [asyncio.run(in_process())]
    for engine in sys.argv[1:] or ENGINES:
        try:
            with quiet():
                speeds.append(asyncio.run(behind(engine)))
        except EngineUnavailableError as error:
            sys.stderr.write(f"{engine} is left out: {error}\n")
    DATA.write_text(json.dumps([asdict(speed) for speed in speeds], indent=2) + "\n", "utf-8")
    sys.stderr.write(f"wrote {DATA.name}\n")


if __name__ == "__main__":
    main()
