"""The record of a scenario, and what workloads use: a gateway to the backend, and users who arrive at random."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from eventdemo.backend.wiring import Backend
    from mock_services import Company

T = TypeVar("T")
MEAN_GAP = 0.1
"""Between the arrivals of two users, in seconds, on average."""
USERS = 25
"""How many users take part in most scenarios."""


class Gateway(Protocol):
    """What users and cron schedules see of the backend: one address, however many instances are behind it."""

    @property
    def company(self) -> "Company":
        """The users, and what they have to do."""

    async def ask(self, who: int, request: "Callable[[Backend], Awaitable[T]]") -> T:
        """Send a request of user `who` to an instance."""

    async def tick(self, cron: str, job: "Callable[[Backend], Awaitable[None]]") -> None:
        """Let a moment come for which a job is scheduled."""


Workload = Callable[[Gateway, Random], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What users do with the article's backend, and what has to be true in the end."""

    name: str
    summary: str
    workload: Workload
    checks: tuple[str, ...]
    """The checks at the end of each run, by name: see `instances/end_checks.py`."""
    claims: tuple[str, ...]
    """What the explorer tries to refute, the usual one first: end checks, or monitors of `explore/properties.py`."""
    users: int = USERS


def users(gateway: Gateway) -> range:
    return range(1, gateway.company.users + 1)


def employees(gateway: Gateway) -> Iterator[int]:
    return filter(gateway.company.is_employee, users(gateway))


async def all_arrive(random: Random, requests: list[Coroutine[Any, Any, None]]) -> None:
    """Let users arrive one after another, each without waiting for the one before."""
    arrival = 0.0
    async with asyncio.TaskGroup() as arrivals:
        for request in requests:
            arrivals.create_task(_arrive(arrival, request))
            arrival += round(2 * MEAN_GAP * random.random(), 3)


async def _arrive(arrival: float, request: Coroutine[Any, Any, None]) -> None:
    with closing(request):  # it may be cancelled before it starts
        await asyncio.sleep(arrival)
        with suppress(Exception):  # the web layer would answer 502; the delivery's fate is in the ledger
            await request
