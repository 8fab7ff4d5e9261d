"""What users request while a process may be killed: half of them log out, half approve their pending tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from eventdemo.backend.services import Domain
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
