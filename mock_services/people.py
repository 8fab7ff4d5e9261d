"""An invented company of any size: each person is computed on request, so a million users cost no memory.

A person is a pure function of (seed, number). Numbers are spread over the organisations in turn, and every manager has
a lower number than their reports, so the tree has no cycles and number 1 is at its top.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mock_services.approval_tasks import ApprovalTask, TaskDomain, tasks_of
from mock_services.devices import FcmDevice, devices_of, owner_of
from mock_services.keyed_random import pick, uniforms
from mock_services.organisations import ORGANISATIONS, Organisation
from mock_services.vocabulary import FIRST_NAMES, JOB_TITLES, LAST_NAMES

UserType = Literal["EMPLOYEE", "VENDOR"]

_SECOND_MANAGER_SHARE = 1 / 12  # of people have two line managers


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the backend. By default one in 25 is a vendor, whom the HR system does not know."""

    id: int
    username: str
    full_name: str
    organisation_id: int
    user_type: UserType
    job_title: str
    line_managers: tuple[str, ...]
    devices: tuple[FcmDevice, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """`users` people, numbered from 1, with their devices and approval tasks."""

    users: int
    seed: int = 0
    vendor_share: float = 1 / 25

    def __post_init__(self) -> None:
        if self.users < 1:
            raise ValueError(f"A company needs at least one user, not {self.users}.")

    def person(self, n: int) -> Person:
        """Return user number `n`."""
        self._check(n)
        first, last, title, *_ = self._draws(n)
        return Person(
            id=n,
            username=self._username(n),
            full_name=f"{pick(FIRST_NAMES, first)} {pick(LAST_NAMES, last)}",
            organisation_id=self.organisation(n).id,
            user_type="EMPLOYEE" if self.is_employee(n) else "VENDOR",
            job_title=self._job_title(n, title),
            line_managers=tuple(self._username(manager) for manager in self.line_managers(n)),
            devices=self.devices(n),
        )

    def people(self) -> Iterator[Person]:
        return map(self.person, range(1, self.users + 1))

    def number(self, username: str) -> int | None:
        """Return the number of the user with this username, or None. The name ends in it, so there is no search."""
        digits = username.rpartition(".")[2]
        n = int(digits) if digits.isdecimal() and digits.isascii() else 0
        return n if 1 <= n <= self.users and self._username(n) == username else None

    def organisation(self, n: int) -> Organisation:
        return ORGANISATIONS[(n - 1) % len(ORGANISATIONS)]

    def is_employee(self, n: int) -> bool:
        """Return whether user `n` is an employee, as the head of each organisation always is."""
        return n <= len(ORGANISATIONS) or self._draws(n)[5] >= self.vendor_share

    def line_managers(self, n: int) -> tuple[int, ...]:
        """Return the numbers of the 0 to 2 line managers of user `n`; only the top has none."""
        manager = self._manager(n)
        if manager is None or not self.is_employee(n):
            return ()
        second = self._manager(manager) if self._draws(n)[6] < _SECOND_MANAGER_SHARE else None
        return (manager,) if second is None else (manager, second)

    def devices(self, n: int) -> tuple[FcmDevice, ...]:
        """Return the 0 to 3 devices that user `n` is logged in on."""
        self._check(n)
        return devices_of(self.seed, n, self.organisation(n).slug)

    def device(self, token: str) -> FcmDevice | None:
        """Return the device that has this FCM token, or None."""
        n = owner_of(token)
        owned = self.devices(n) if n is not None and 1 <= n <= self.users else ()
        return next((device for device in owned if device.token == token), None)

    def pending_tasks(self, n: int, domain: TaskDomain) -> tuple[ApprovalTask, ...]:
        """Return the tasks that wait for user `n`: 0.3 on average, and none for vendors."""
        self._check(n)
        return tasks_of(self.seed, n, domain) if self.is_employee(n) else ()

    def _manager(self, n: int) -> int | None:
        rank, organisation = divmod(n - 1, len(ORGANISATIONS))
        if rank == 0:
            return 1 if n > 1 else None
        reports = 5 + int(self._draws(n)[4] * 5)
        manager = (rank - 1) // reports * len(ORGANISATIONS) + organisation + 1
        return manager if self.is_employee(manager) else self._manager(manager)

    def _job_title(self, n: int, draw: float) -> str:
        if n == 1:
            return "Chief Executive"
        return "Managing Director" if n <= len(ORGANISATIONS) else pick(JOB_TITLES, draw)

    def _username(self, n: int) -> str:
        first, last, *_ = self._draws(n)
        return f"{pick(FIRST_NAMES, first)}.{pick(LAST_NAMES, last)}.{n}".lower()

    def _draws(self, n: int) -> tuple[float, ...]:
        return _person(self.seed, n)

    def _check(self, n: int) -> None:
        if not 1 <= n <= self.users:
            raise ValueError(f"There is no user {n}: this company numbers its users from 1 to {self.users}.")


@lru_cache(maxsize=4096)  # the same few of a million people are looked up again and again
def _person(seed: int, n: int) -> tuple[float, ...]:
    return uniforms(seed, "person", n)
