"""What people do while a process may die: half of them log out, half approve what waits for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from eventdemo.backend.services import Domain
from mock_services import Company

PEOPLE = 16
"""How many people come in one round."""
HURRY = 0.8
"""Seconds in which all of them have come."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks for what, and when, in seconds since the round began."""

    round: int
    kind: Literal["logout", "approval"]
    user_id: int
    at: float
    domain: Domain | None = None
    task_id: str = ""

    @property
    def path(self) -> str:
        """Where it is sent to."""
        return "/auth/logout-mobile" if self.kind == "logout" else f"/approvals/{self.domain}/{self.task_id}"

    @property
    def body(self) -> dict[str, str] | None:
        """What it carries."""
        return None if self.kind == "logout" else {"action": "approve"}


def visits(company: Company, number: int, chance: Random) -> list[Visit]:
    """Return the visits of one round. Nobody comes in two rounds, so that each effect has one cause."""
    first = number * PEOPLE + 1
    people = range(first, min(first + PEOPLE, company.users + 1))
    return [visit for user_id in people for visit in _of(company, number, user_id, round(chance.uniform(0, HURRY), 3))]


def _of(company: Company, number: int, user_id: int, at: float) -> Iterator[Visit]:
    if user_id % 2:
        yield Visit(number, "logout", user_id, at)
        return
    for domain in get_args(Domain):
        for task in company.pending_tasks(user_id, domain):
            yield Visit(number, "approval", user_id, at, domain, task.id)
