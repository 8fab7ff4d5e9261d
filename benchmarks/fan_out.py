"""What a delivery of `fan-out` costs beside the HTTP calls that it makes, and what ten times the users cost.

The bare side sends the same requests (method, URL, headers, body), recorded from a run, through an `httpx.AsyncClient`
whose `MockTransport` answers with the recorded bodies, and looks at none of them. The other side adds the company's
database, bus, tasks, ledger, trace, virtual time, tokens, the fakes with their faults, and pydantic.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import NamedTuple
from unittest.mock import patch

import httpx

from benchmarks.rows import Row, table
from eventdemo.simulate import SCENARIOS, simulate

ROUNDS = 9
REPEATS = 3
USERS = SCENARIOS["fan-out"].users
FEW, MANY = 200, 2_000
TIMES_ALONE, TIMES_FEW = 2.5, 11


class Exchange(NamedTuple):
    """One request of a run, and what was answered."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer: bytes


def rows() -> list[Row]:
    """Measure everything that has a goal."""
    exchanges = recorded()
    with asyncio.Runner() as runner:
        # Repeated, so that both sides of a round take about as long, and a busy moment of the machine falls on both.
        alone = ratio(timed_run(USERS), lambda: runner.run(bare(exchanges * REPEATS)) / REPEATS)
    growth = ratio(timed_run(MANY), timed_run(FEW))
    return [
        Row(
            f"fan-out: its {len(exchanges):,} httpx calls alone", f"at most {TIMES_ALONE}", alone, alone <= TIMES_ALONE
        ),
        Row(f"fan-out, {MANY:,} users: {FEW:,} users", f"at most {TIMES_FEW}", growth, growth <= TIMES_FEW),
    ]


def ratio(ours: Callable[[], float], theirs: Callable[[], float]) -> float:
    """Return the median of the rounds' ratios: these take long enough for no round to be undisturbed."""
    return median(ours() / theirs() for _ in range(ROUNDS))


def timed_run(users: int) -> Callable[[], float]:
    def run() -> float:
        started = process_time()
        simulate("fan-out", users=users)
        return process_time() - started

    return run


def recorded() -> list[Exchange]:
    """Play fan-out once and return every HTTP exchange of it."""
    exchanges: list[Exchange] = []
    answer = httpx.MockTransport.handle_async_request

    async def keep(transport: httpx.MockTransport, request: httpx.Request) -> httpx.Response:
        response = await answer(transport, request)
        told = (request.method, str(request.url), dict(request.headers), request.content)
        exchanges.append(Exchange(*told, response.status_code, response.content))
        return response

    with patch.object(httpx.MockTransport, "handle_async_request", keep):
        simulate("fan-out")
    return exchanges


async def bare(exchanges: list[Exchange]) -> float:
    """Send the same requests one after another, and return how long that took."""
    answers = iter(exchanges)

    def handler(_: httpx.Request) -> httpx.Response:
        known = next(answers)
        return httpx.Response(known.status, headers={"Content-Type": "application/json"}, content=known.answer)

    async with httpx.AsyncClient(transport=httpx.MockTransport(handler), trust_env=False) as http:
        started = process_time()
        for method, url, headers, body, *_ in exchanges:
            await http.request(method, url, headers=headers, content=body)
        return process_time() - started


if __name__ == "__main__":
    print(table(rows()))
