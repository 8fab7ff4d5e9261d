"""What a delivery of `fan-out` costs compared with its HTTP calls alone, and what ten times the users cost.

One side sends the same requests (method, URL, headers, body), recorded from a run, through an `httpx.AsyncClient` whose
`MockTransport` returns the recorded bodies; nothing reads them. The other side adds the company's database, bus, tasks,
ledger, trace, virtual time, access tokens, the fakes with their faults, and pydantic.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import asyncio
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import NamedTuple
from unittest.mock import patch

import httpx

from benchmarks.rows import Row, part_of, table
from eventdemo.simulate import PATTERNS, simulate

ROUNDS = 9
REPEATS = 3
USERS = PATTERNS["fan-out"].users
FEW, MANY = 200, 2_000
TIMES_ALONE, TIMES_FEW = 2.2, 11


class Exchange(NamedTuple):
    """One request of a run, and its response."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer: bytes


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual users and repetitions."""
    users, rounds = part_of(USERS, share), part_of(ROUNDS, share)
    exchanges = recorded(users)
    with asyncio.Runner() as runner:
        # Repeated, so both sides of a round take about as long, and a busy moment of the machine affects both.
        alone = ratio(timed_run(users), lambda: runner.run(bare(exchanges * REPEATS)) / REPEATS, rounds)
    growth = ratio(timed_run(part_of(MANY, share)), timed_run(part_of(FEW, share)), rounds)
    return [
        Row("fan-out: its HTTP calls alone", f"at most {TIMES_ALONE}", alone, alone <= TIMES_ALONE),
        Row(f"fan-out, {MANY:,} users: {FEW:,} users", f"at most {TIMES_FEW}", growth, growth <= TIMES_FEW),
    ]


def ratio(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> float:
    """Return the median of the rounds' ratios, because each round is too long to be free of disturbance."""
    return median(ours() / theirs() for _ in range(rounds))


def timed_run(users: int) -> Callable[[], float]:
    def run() -> float:
        started = process_time()
        simulate("fan-out", users=users)
        return process_time() - started

    return run


def recorded(users: int) -> list[Exchange]:
    """Run fan-out once and return all its HTTP exchanges."""
    exchanges: list[Exchange] = []
    answer = httpx.MockTransport.handle_async_request

    async def keep(transport: httpx.MockTransport, request: httpx.Request) -> httpx.Response:
        response = await answer(transport, request)
        sent = (request.method, str(request.url), dict(request.headers), request.content)
        exchanges.append(Exchange(*sent, response.status_code, response.content))
        return response

    with patch.object(httpx.MockTransport, "handle_async_request", keep):
        simulate("fan-out", users=users)
    return exchanges


async def bare(exchanges: list[Exchange]) -> float:
    """Send the same requests one after another, and return the seconds they took."""
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
