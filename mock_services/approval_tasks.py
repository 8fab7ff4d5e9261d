"""The approval tasks that wait for a user, and the way back from a task's id to that user.

An id is computed from (user, index, domain), so the fakes can look up a task without storing any.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from mock_services.keyed_random import pick, uniforms
from mock_services.vocabulary import HR_REQUESTS, LEASES, PURCHASES

TaskDomain = Literal["procurement", "hr", "leasing"]

_DOMAINS: tuple[TaskDomain, ...] = ("procurement", "hr", "leasing")
_IDS_PER_DESK = 4  # per user and domain; at most three are used
_FIRST_ID = 200_000
_MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)  # all tasks were requested in the week after this

# Cumulative: 75 % of users have no task in a domain, 21 % have one, 3 % two, 1 % three. The mean is 0.30.
_SHARES = (0.75, 0.96, 0.99)


@dataclass(frozen=True, slots=True)
class ApprovalTask:
    """A task that waits for one user's decision."""

    id: str
    title: str
    domain: TaskDomain
    created: datetime


@lru_cache(maxsize=8192)  # a user is polled every few minutes, and the tasks do not change
def tasks_of(seed: int, n: int, domain: TaskDomain) -> tuple[ApprovalTask, ...]:
    """Return the tasks that wait for user `n` in one domain."""
    count, *draws = uniforms(seed, domain, n)
    waiting = sum(count >= share for share in _SHARES)
    return tuple(_task(n, index, domain, draws[2 * index], draws[2 * index + 1]) for index in range(waiting))


def assignee_of(task_id: str) -> tuple[int, TaskDomain] | None:
    """Return the user number and the domain that a task id encodes, whether or not there is such a task."""
    digits = task_id.removeprefix("WF-")
    if not (digits.isascii() and digits.isdecimal() and int(digits) >= _FIRST_ID):
        return None
    serial, domain = divmod(int(digits) - _FIRST_ID, len(_DOMAINS))
    return serial // _IDS_PER_DESK, _DOMAINS[domain]


def _task(n: int, index: int, domain: TaskDomain, what: float, when: float) -> ApprovalTask:
    number = _FIRST_ID + (n * _IDS_PER_DESK + index) * len(_DOMAINS) + _DOMAINS.index(domain)
    return ApprovalTask(
        id=f"WF-{number}" if domain == "leasing" else str(number),
        title=_title(domain, number, what),
        domain=domain,
        created=_MONDAY + timedelta(minutes=int(when * 7 * 24 * 60)),
    )


def _title(domain: TaskDomain, number: int, draw: float) -> str:
    if domain == "procurement":
        return f"Approve purchase order {number}: {pick(PURCHASES, draw)}"
    if domain == "hr":
        return f"Approve HR request {number}: {pick(HR_REQUESTS, draw)}"
    return f"Approve {pick(LEASES, draw)}"
