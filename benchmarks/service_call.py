"""What one call costs from client to parsed result, against httpx alone: `python benchmarks/service_call.py`.

The bare side fetches the very same bodies through `httpx.MockTransport` and does not look at them. The other side adds
the token, respx's routing, the fake's disturbance and data, and pydantic. The goal is a ratio of 1.5 for a poller, who
asks about the same users again and again; the last line asks about nobody twice, which no cache can help.
"""
# ruff: noqa: INP001 - a script of its own, not part of a package

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from typing import TYPE_CHECKING

import httpx

from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import OracleFusion
from eventdemo.backend.storage.model import ORACLE_FUSION
from mock_services import Company, FaultPlan, Faults, LogNormal, MockServices

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

POLLED = 500
CALLS = 1_000
ROUNDS = 15
# A draw and a lognormal for every call, whose median of 1/1000 ms rounds to no time at all.
DRAWN = FaultPlan(oracle_fusion=Faults(latency=LogNormal(0.001, 0.002), error_rate=1e-12))


async def main() -> None:
    services = MockServices(Company(users=1_000_000))
    async with httpx.AsyncClient(transport=services.transport(), trust_env=False) as http:
        polled = range(1, POLLED + 1)
        bare = _bare(*await _record(services, http, polled))
        await _compare("polled", bare, _calls(services, http, itertools.cycle(polled)))
        services.use(DRAWN)
        await _compare("polled, latency drawn", bare, _calls(services, http, itertools.cycle(polled)))
        await _compare("nobody twice, drawn", bare, _calls(services, http, itertools.count(POLLED + 1)))


def _calls(services: MockServices, http: httpx.AsyncClient, users: Iterable[int]) -> Callable[[], Awaitable[object]]:
    oracle, company, numbers = OracleFusion(http), services.company, iter(users)
    oracles = {n: integrations(n)[ORACLE_FUSION] for n in (1, 2, 3)}
    # The names are known to the backend beforehand: making one up is not part of a call.
    names = ((company.organisation(n).id, company.person(n).username) for n in numbers)
    ready = iter(list(itertools.islice(names, CALLS * ROUNDS)))

    def call() -> Awaitable[object]:
        organisation, username = next(ready)
        return oracle.pending_tasks(oracles[organisation], username, "hr")

    return call


async def _record(
    services: MockServices, http: httpx.AsyncClient, users: Iterable[int]
) -> tuple[list[str], dict[bytes, bytes]]:
    urls: list[str] = []
    bodies: dict[bytes, bytes] = {}

    async def keep(response: httpx.Response) -> None:
        if response.request.method == "GET":
            urls.append(str(response.request.url))
            bodies[response.request.url.raw_path] = await response.aread()

    http.event_hooks = {"response": [keep]}
    call = _calls(services, http, itertools.cycle(users))
    for _ in range(POLLED):
        await call()
    http.event_hooks = {}
    return urls, bodies


def _bare(urls: list[str], bodies: dict[bytes, bytes]) -> Callable[[], Awaitable[object]]:
    async def handler(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        return httpx.Response(200, headers=headers, content=bodies[request.url.raw_path])

    http = httpx.AsyncClient(transport=httpx.MockTransport(handler), trust_env=False)
    cycle = itertools.cycle(urls)
    return lambda: http.get(next(cycle), headers={"Authorization": "Bearer a.3600"})


async def _compare(title: str, bare: Callable[[], Awaitable[object]], full: Callable[[], Awaitable[object]]) -> None:
    # Rounds alternate, so that a busy moment of the machine falls on both.
    rounds = [(await _seconds_per_call(bare), await _seconds_per_call(full)) for _ in range(ROUNDS)]
    alone, whole = (statistics.median(times) * 1e6 for times in zip(*rounds, strict=True))
    ratio = statistics.median(whole / alone for alone, whole in rounds)
    print(f"{title:22} httpx alone {alone:6.1f} us   whole call {whole:6.1f} us   ratio {ratio:.2f}")


async def _seconds_per_call(call: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        await call()
    return (time.perf_counter() - started) / CALLS


if __name__ == "__main__":
    asyncio.run(main())
