"""What one call to a service costs, from client to parsed result, compared with httpx alone.

httpx alone fetches the same bodies through `httpx.MockTransport`, and nothing reads them. The whole call adds the
access token, respx's routing, the fake's faults and data, and pydantic. A poller asks for the same users again and
again; the last row asks for no user twice, so no cache helps. Run it with `python -m benchmarks.service_call`.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from statistics import median
from time import process_time

import httpx

from benchmarks.rows import Row, part_of, table
from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import OracleFusion
from eventdemo.backend.storage.model import ORACLE_FUSION
from mock_services import Company, FaultPlan, Faults, LogNormal, MockServices

POLLED = 500
CALLS = 1_000
ROUNDS = 15
# Each call draws a lognormal latency, whose median of 1/1000 ms rounds to no time at all.
DRAWN = FaultPlan(oracle_fusion=Faults(latency=LogNormal(0.001, 0.002), error_rate=1e-12))
Call = Callable[[], Awaitable[object]]


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual calls and repetitions."""
    return asyncio.run(compared(share))


async def compared(share: float) -> list[Row]:
    services = MockServices(Company(users=1_000_000))
    async with httpx.AsyncClient(transport=services.transport(), trust_env=False) as http:
        polled = range(1, part_of(POLLED, share) + 1)
        alone = httpx_alone(*await recorded(services, http, polled))
        again = [await row("polled", 1.5, alone, calls(services, http, itertools.cycle(polled)), share)]
        services.use(DRAWN)
        again.append(
            await row("polled, latency drawn", 1.8, alone, calls(services, http, itertools.cycle(polled)), share)
        )
        once = calls(services, http, itertools.count(polled.stop))
        return [*again, await row("no user twice, latency drawn", 2.2, alone, once, share)]


def calls(services: MockServices, http: httpx.AsyncClient, users: Iterable[int]) -> Call:
    """Return a function that asks for the next user's pending tasks."""
    oracle, company, numbers = OracleFusion(http), services.company, iter(users)
    oracles = {n: integrations(n)[ORACLE_FUSION] for n in (1, 2, 3)}
    # The backend knows the names beforehand, so inventing one isn't part of a call.
    names = ((company.organisation(n).id, company.person(n).username) for n in numbers)
    ready = iter(list(itertools.islice(names, CALLS * ROUNDS)))

    def call() -> Awaitable[object]:
        organisation, username = next(ready)
        return oracle.pending_tasks(oracles[organisation], username, "hr")

    return call


async def recorded(
    services: MockServices, http: httpx.AsyncClient, users: range
) -> tuple[list[str], dict[bytes, bytes]]:
    """Make the calls once; return the URLs, and the bodies by their paths."""
    urls: list[str] = []
    bodies: dict[bytes, bytes] = {}

    async def keep(response: httpx.Response) -> None:
        if response.request.method == "GET":
            urls.append(str(response.request.url))
            bodies[response.request.url.raw_path] = await response.aread()

    http.event_hooks = {"response": [keep]}
    call = calls(services, http, users)
    for _ in users:
        await call()
    http.event_hooks = {}
    return urls, bodies


def httpx_alone(urls: list[str], bodies: dict[bytes, bytes]) -> Call:
    async def handler(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        return httpx.Response(200, headers=headers, content=bodies[request.url.raw_path])

    http = httpx.AsyncClient(transport=httpx.MockTransport(handler), trust_env=False)
    cycle = itertools.cycle(urls)
    return lambda: http.get(next(cycle), headers={"Authorization": "Bearer a.3600"})


async def row(what: str, limit: float, alone: Call, whole: Call, share: float) -> Row:
    """Compare the two in alternating rounds, so a busy moment of the machine affects both."""
    number = part_of(CALLS, share)
    rounds = [(await timed(alone, number), await timed(whole, number)) for _ in range(part_of(ROUNDS, share))]
    ratio = median(ours / theirs for theirs, ours in rounds)
    return Row(f"one call, {what}: httpx alone", f"at most {limit}", ratio, ratio <= limit)


async def timed(call: Call, number: int) -> float:
    started = process_time()
    for _ in range(number):
        await call()
    return process_time() - started


if __name__ == "__main__":
    print(table(rows()))
