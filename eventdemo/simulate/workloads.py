"""What the people of a scenario do, one short function each; the name is the scenario's.

The same people do the same things at the same moments under every strategy; the same call of the same employee takes
the same time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import closing, suppress
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, get_args

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.patterns.fan_out import CheckNotifications, WeeklyProfileSync
from eventdemo.backend.services import Domain, TaskOutcome
from eventdemo.backend.storage.model import User
from eventdemo.backend.wiring import Backend
from mock_services import Company

if TYPE_CHECKING:
    from eventdemo.backend.callers import ProfileSyncCallers

T = TypeVar("T")
MEAN_GAP = 0.1
"""Between the arrivals of two people, in seconds, on average."""


class Front(Protocol):
    """What people and clocks know of the backend: that somebody answers."""

    @property
    def company(self) -> Company:
        """Whom the backend serves."""

    async def ask(self, who: int, request: Callable[[Backend], Awaitable[T]]) -> T:
        """Have an instance answer a request of user `who`."""

    async def tick(self, cron: str, job: Callable[[Backend], Awaitable[None]]) -> None:
        """Let a moment come for which a job is scheduled."""


Play = Callable[[Front, Random], Awaitable[None]]


async def logout(front: Front, chance: Random) -> None:
    """Everybody logs out of the mobile app."""
    await all_arrive(chance, [_log_out(front, n) for n in users(front)])


async def _log_out(front: Front, n: int) -> None:
    await front.ask(n, lambda backend: backend.auth.log_out_mobile(n, session_token(n)))


async def lifecycle(front: Front, chance: Random) -> None:
    """An admin hires somebody for every user, corrects that user's name, and soon after deletes the user."""
    await all_arrive(chance, [_replace(front, n) for n in users(front)])


async def _replace(front: Front, n: int) -> None:
    person = front.company.person(n)
    hired = User(username=f"next.{person.username}", organisation_id=person.organisation_id)
    await front.ask(n, lambda backend: backend.users.save(hired))
    user = await front.ask(n, lambda backend: backend.store.user(n))
    user.full_name = person.full_name
    await front.ask(n, lambda backend: backend.users.save(user))
    await front.ask(n, lambda backend: backend.users.delete(n))


async def sync_profile(front: Front, chance: Random) -> None:
    """Four callers ask for one user's sync after another; then the weekly job asks for everybody's."""
    await all_arrive(chance, [_sync(front, n) for n in employees(front)])
    await front.tick(WeeklyProfileSync.cron, lambda backend: backend.weekly_sync.sync())


async def _sync(front: Front, n: int) -> None:
    username = front.company.person(n).username
    callers: tuple[Callable[[ProfileSyncCallers], Awaitable[None]], ...] = (
        lambda callers: callers.from_http_endpoint(n, first_time=True),
        lambda callers: callers.from_admin_panel([n]),
        lambda callers: callers.from_external_api(username),
        lambda callers: callers.from_command_line(n),
    )
    await front.ask(n, lambda backend: callers[n % 4](backend.profile_sync))


async def approval(front: Front, chance: Random) -> None:
    """Everybody logs in and approves what waits for them, in all three domains."""
    await all_arrive(chance, [_clear_desk(front, n) for n in employees(front)])


async def _clear_desk(front: Front, n: int) -> None:
    await front.ask(n, lambda backend: backend.auth.log_in(n, f"desk-of-user-{n}"))
    for domain in get_args(Domain):
        for task in front.company.pending_tasks(n, domain):
            await front.ask(n, _approves(n, domain, task.id))


def _approves(n: int, domain: Domain, task_id: str) -> Callable[[Backend], Awaitable[TaskOutcome]]:
    return lambda backend: backend.approvals.submit(domain, n, task_id, "approve")


async def fan_out(front: Front, _: Random) -> None:
    """The poll goes through all employees once; for each, three listeners look for pending tasks."""
    await front.tick(CheckNotifications.cron, lambda backend: backend.poll.poll())


def users(front: Front) -> range:
    """Return the ids of all users."""
    return range(1, front.company.users + 1)


def employees(front: Front) -> Iterator[int]:
    """Yield the ids of those on the payroll."""
    return filter(front.company.is_employee, users(front))


async def all_arrive(chance: Random, visits: list[Coroutine[Any, Any, None]]) -> None:
    """Let people arrive one after another, each without waiting for the one before."""
    arrival = 0.0
    async with asyncio.TaskGroup() as crowd:
        for visit in visits:
            crowd.create_task(_arrive(arrival, visit))
            arrival += round(2 * MEAN_GAP * chance.random(), 3)


async def _arrive(arrival: float, visit: Coroutine[Any, Any, None]) -> None:
    with closing(visit):  # who is sent away before arriving leaves nothing behind
        await asyncio.sleep(arrival)
        with suppress(Exception):  # the web layer would answer 502; the delivery's fate is in the ledger
            await visit


PLAYS: dict[str, Play] = {
    "logout": logout,
    "lifecycle": lifecycle,
    "sync-profile": sync_profile,
    "approval": approval,
    "fan-out": fan_out,
}
