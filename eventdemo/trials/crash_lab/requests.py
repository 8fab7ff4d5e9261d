"""What users request while a process may be killed, and an account of each request: was its work done, and how often?

Half of the users log out, half approve their pending tasks. The accounts are read from the database and from the fake
services after all work has stopped, so they do not depend on what a killed process believed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, get_args

from eventdemo.backend.services import Domain
from eventdemo.backend.storage.model import TRAILS
from eventdemo.backend.storage.store import Store
from mock_services import Company

USERS_PER_ROUND = 16
ARRIVAL_WINDOW = 0.8
"""Seconds within which all of a round's requests are sent."""


@dataclass(frozen=True, slots=True)
class UserRequest:
    """One HTTP request of a user; `at` is in seconds since its round began."""

    round: int
    kind: Literal["logout", "approval"]
    user_id: int
    at: float
    domain: Domain | None = None
    task_id: str = ""

    @property
    def path(self) -> str:
        return "/auth/logout-mobile" if self.kind == "logout" else f"/approvals/{self.domain}/{self.task_id}"

    @property
    def body(self) -> dict[str, str] | None:
        return None if self.kind == "logout" else {"action": "approve"}


def requests_of_round(company: Company, number: int, random: Random) -> list[UserRequest]:
    """Return the requests of one round. No user takes part in two rounds, so each effect has one cause."""
    first = number * USERS_PER_ROUND + 1
    users = range(first, min(first + USERS_PER_ROUND, company.users + 1))
    return [
        request
        for user_id in users
        for request in _of_user(company, number, user_id, round(random.uniform(0, ARRIVAL_WINDOW), 3))
    ]


def _of_user(company: Company, number: int, user_id: int, at: float) -> Iterator[UserRequest]:
    if user_id % 2:
        yield UserRequest(number, "logout", user_id, at)
        return
    for domain in get_args(Domain):
        for task in company.pending_tasks(user_id, domain):
            yield UserRequest(number, "approval", user_id, at, domain, task.id)


Outcome = Literal["done", "dead-lettered", "lost", "not accepted"]


@dataclass(frozen=True, slots=True)
class RequestAccount:
    request: UserRequest
    outcome: Outcome
    """`not accepted`: the process died before it answered, so nothing was guaranteed.

    `dead-lettered`: every attempt failed; the job is kept.
    """
    redelivered: bool
    """Whether its listener ran a second time."""
    processed_twice: bool
    """Whether that had a second effect: a device was removed from a topic twice, or an audit line was written twice."""

    def with_dead_letters(self, payloads: Iterable[Mapping[str, Any]]) -> "RequestAccount":
        """Return this account, given the payloads of the events whose jobs are dead letters."""
        asked = {"user_id": self.request.user_id} | ({"task_id": self.request.task_id} if self.request.domain else {})
        is_kept = self.outcome == "lost" and any(asked.items() <= payload.items() for payload in payloads)
        return replace(self, outcome="dead-lettered") if is_kept else self


@dataclass(frozen=True, slots=True)
class Accounts:
    """Reads the database and the counts of the fake services from outside."""

    store: Store
    company: Company
    removals: Counter[tuple[str, str]]
    """How often each device was removed from each topic."""
    lookups: Counter[str]
    """How often the topics of each device were requested."""

    async def read(self, answered: Iterable[tuple[UserRequest, bool]]) -> list[RequestAccount]:
        """Return an account for each request; the flag says whether it was accepted."""
        lines = {name: [line.task_id for line in await self.store.approvals(trail)] for name, trail in TRAILS.items()}
        return [self._account(request, accepted, lines) for request, accepted in answered]

    def _account(self, request: UserRequest, accepted: bool, lines: dict[str, list[str]]) -> RequestAccount:  # noqa: FBT001
        redelivered = False
        if request.domain is None:
            devices = self.company.devices(request.user_id)
            counts = [self.removals[device.token, topic] for device in devices for topic in device.topics]
            redelivered = any(self.lookups[device.token] > 1 for device in devices)
        else:
            counts = [lines[request.domain].count(request.task_id)]
        done: Outcome = "done" if all(counts) else "lost"
        outcome = done if accepted else "not accepted"
        return RequestAccount(request, outcome, redelivered, any(count > 1 for count in counts))
