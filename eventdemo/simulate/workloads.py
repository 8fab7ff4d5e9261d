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


class Gateway(Protocol):
    """What people and clocks know of the backend: that somebody answers."""

    @property
    def company(self) -> Company:
        """Whom the backend serves."""

    async def ask(self, who: int, request: Callable[[Backend], Awaitable[T]]) -> T:
        """Have an instance answer a request of user `who`."""

    async def tick(self, cron: str, job: Callable[[Backend], Awaitable[None]]) -> None:
        """Let a moment come for which a job is scheduled."""


Workload = Callable[[Gateway, Random], Awaitable[None]]


async def logout(gateway: Gateway, chance: Random) -> None:
    """Everybody logs out of the mobile app."""
    await all_arrive(chance, [_log_out(gateway, n) for n in users(gateway)])


async def _log_out(gateway: Gateway, n: int) -> None:
    await gateway.ask(n, lambda backend: backend.auth.log_out_mobile(n, session_token(n)))


async def lifecycle(gateway: Gateway, chance: Random) -> None:
    """An admin hires somebody for every user, corrects that user's name, and soon after deletes the user."""
    await all_arrive(chance, [_replace(gateway, n) for n in users(gateway)])


async def _replace(gateway: Gateway, n: int) -> None:
    person = gateway.company.person(n)
    hired = User(username=f"next.{person.username}", organisation_id=person.organisation_id)
    await gateway.ask(n, lambda backend: backend.users.save(hired))
    user = await gateway.ask(n, lambda backend: backend.store.user(n))
    user.full_name = person.full_name
    await gateway.ask(n, lambda backend: backend.users.save(user))
    await gateway.ask(n, lambda backend: backend.users.delete(n))


async def sync_profile(gateway: Gateway, chance: Random) -> None:
    """Four callers ask for one user's sync after another; then the weekly job asks for everybody's."""
    await all_arrive(chance, [_sync(gateway, n) for n in employees(gateway)])
    await gateway.tick(WeeklyProfileSync.cron, lambda backend: backend.weekly_sync.sync())


async def _sync(gateway: Gateway, n: int) -> None:
    username = gateway.company.person(n).username
    callers: tuple[Callable[[ProfileSyncCallers], Awaitable[None]], ...] = (
        lambda callers: callers.from_http_endpoint(n, first_time=True),
        lambda callers: callers.from_admin_panel([n]),
        lambda callers: callers.from_external_api(username),
        lambda callers: callers.from_command_line(n),
    )
    await gateway.ask(n, lambda backend: callers[n % 4](backend.profile_sync))


async def approval(gateway: Gateway, chance: Random) -> None:
    """Everybody logs in and approves what waits for them, in all three domains."""
    await all_arrive(chance, [_clear_desk(gateway, n) for n in employees(gateway)])


async def _clear_desk(gateway: Gateway, n: int) -> None:
    await gateway.ask(n, lambda backend: backend.auth.log_in(n, f"desk-of-user-{n}"))
    for domain in get_args(Domain):
        for task in gateway.company.pending_tasks(n, domain):
            await gateway.ask(n, _approves(n, domain, task.id))


def _approves(n: int, domain: Domain, task_id: str) -> Callable[[Backend], Awaitable[TaskOutcome]]:
    return lambda backend: backend.approvals.submit(domain, n, task_id, "approve")


async def fan_out(gateway: Gateway, _: Random) -> None:
    """The poll goes through all employees once; for each, three listeners look for pending tasks."""
    await gateway.tick(CheckNotifications.cron, lambda backend: backend.poll.poll())


def users(gateway: Gateway) -> range:
    """Return the ids of all users."""
    return range(1, gateway.company.users + 1)


def employees(gateway: Gateway) -> Iterator[int]:
    """Yield the ids of those on the payroll."""
    return filter(gateway.company.is_employee, users(gateway))


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


WORKLOADS: dict[str, Workload] = {
    "logout": logout,
    "lifecycle": lifecycle,
    "sync-profile": sync_profile,
    "approval": approval,
    "fan-out": fan_out,
}
