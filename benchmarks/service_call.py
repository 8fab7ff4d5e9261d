"""What one call costs from client to parsed result, against httpx alone: `python benchmarks/service_call.py`.

The bare side fetches the very same body through `httpx.MockTransport` and does not look at it. The other side adds the
client's token, respx's routing, the fake's disturbance and data, and pydantic. The stated goal is a ratio of 1.5.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import httpx

from eventdemo.services import OracleFusion
from mock_services import Company, FaultPlan, Faults, LogNormal, MockServices

CALLS = 2_000
ROUNDS = 9
PERFECT = FaultPlan()
# A draw and a lognormal for every call, whose median of 1/1000 ms rounds to no time at all.
DRAWN = FaultPlan(oracle_fusion=Faults(latency=LogNormal(0.001, 0.002), error_rate=1e-12))


async def main() -> None:
    services = MockServices(Company(users=1_000_000), PERFECT)
    employee = next(e for e in services.company.employees() if services.company.pending_tasks(e.id, "hr"))
    integration = services.integrations(employee.organisation_id).oracle_fusion
    async with httpx.AsyncClient(transport=services.transport(), trust_env=False) as http:
        oracle = OracleFusion(http)
        seen = await _last_exchange(http, lambda: oracle.pending_tasks(integration, employee.username, "hr"))
        bare = _bare_call(*seen)
        await _compare("perfect service", bare, lambda: oracle.pending_tasks(integration, employee.username, "hr"))
        services.use(DRAWN)
        await _compare("latency drawn", bare, lambda: oracle.pending_tasks(integration, employee.username, "hr"))


async def _last_exchange(
    http: httpx.AsyncClient, call: Callable[[], Awaitable[object]]
) -> tuple[httpx.URL, dict[str, str], bytes]:
    responses: list[httpx.Response] = []

    async def keep(response: httpx.Response) -> None:
        await response.aread()
        responses.append(response)

    http.event_hooks["response"].append(keep)
    await call()
    http.event_hooks["response"].clear()
    last = responses[-1]
    return last.request.url, {"Authorization": last.request.headers["Authorization"]}, last.content


def _bare_call(url: httpx.URL, headers: dict[str, str], body: bytes) -> Callable[[], Awaitable[object]]:
    async def handler(request: httpx.Request) -> httpx.Response:  # noqa: ARG001 - every request gets the same body
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=body)

    http = httpx.AsyncClient(transport=httpx.MockTransport(handler), trust_env=False)
    text = str(url)
    return lambda: http.get(text, headers=headers)


async def _compare(
    title: str, bare: Callable[[], Awaitable[object]], full: Callable[[], Awaitable[object]]
) -> None:
    # Rounds alternate, so that a busy moment of the machine falls on both.
    rounds = [(await _seconds_per_call(bare), await _seconds_per_call(full)) for _ in range(ROUNDS)]
    alone, whole = (statistics.median(times) * 1e6 for times in zip(*rounds, strict=True))
    ratio = statistics.median(full / bare for bare, full in rounds)
    print(f"{title:16}  httpx alone {alone:6.1f} us   whole call {whole:6.1f} us   ratio {ratio:.2f}")


async def _seconds_per_call(call: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        await call()
    return (time.perf_counter() - started) / CALLS


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
