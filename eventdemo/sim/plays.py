"""What the people of a scenario do, one short function each; the name is the scenario's.

The same people do the same things at the same moments under every strategy; the same call of the same employee takes
the same time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from random import Random
from typing import get_args

from eventdemo.model import User
from eventdemo.seed import session_token
from eventdemo.services import Domain
from eventdemo.sim.instance import Instance

Play = Callable[[Instance, Random], Awaitable[None]]
MEAN_GAP = 0.1
"""Between the arrivals of two people, in seconds, on average."""


async def logout(instance: Instance, chance: Random) -> None:
    """Everybody logs out of the mobile app."""
    auth = instance.backend.auth
    await all_arrive(chance, [auth.log_out_mobile(n, session_token(n)) for n in users(instance)])


async def lifecycle(instance: Instance, chance: Random) -> None:
    """An admin hires somebody for every user, corrects that user's name, and soon after deletes the user."""
    await all_arrive(chance, [_replace(instance, n) for n in users(instance)])


async def _replace(instance: Instance, n: int) -> None:
    service, person = instance.backend.users, instance.company.employee(n)
    await service.save(User(username=f"next.{person.username}", organisation_id=person.organisation_id))
    user = await instance.backend.store.user(n)
    user.full_name = person.full_name
    await service.save(user)
    await service.delete(n)


async def sync_profile(instance: Instance, chance: Random) -> None:
    """Four callers ask for one user's sync after another; then the weekly job asks for everybody's."""
    backend, callers = instance.backend, instance.backend.profile_sync
    requests: list[Awaitable[None]] = []
    for n in employees(instance):
        username = instance.company.employee(n).username
        requests.append(
            (
                lambda n=n: callers.from_http_endpoint(n, first_time=True),
                lambda n=n: callers.from_admin_panel([n]),
                lambda name=username: callers.from_external_api(name),
                lambda n=n: callers.from_command_line(n),
            )[n % 4]()
        )
    await all_arrive(chance, requests)
    await backend.weekly_sync.sync()


async def approval(instance: Instance, chance: Random) -> None:
    """Everybody logs in and approves what waits for them, in all three domains."""
    await all_arrive(chance, [_clear_desk(instance, n) for n in employees(instance)])


async def _clear_desk(instance: Instance, n: int) -> None:
    await instance.backend.auth.log_in(n, f"desk-of-user-{n}")
    for domain in get_args(Domain):
        for task in instance.company.pending_tasks(n, domain):
            await instance.backend.approvals.submit(domain, n, task.id, "approve")


async def fan_out(instance: Instance, _: Random) -> None:
    """The poll goes through all employees once; for each, three listeners look for pending tasks."""
    await instance.backend.poll.poll()


def users(instance: Instance) -> range:
    """Return the ids of all users."""
    return range(1, instance.company.users + 1)


def employees(instance: Instance) -> Iterator[int]:
    """Yield the ids of those on the payroll."""
    return filter(instance.company.is_employee, users(instance))


async def all_arrive(chance: Random, visits: list[Awaitable[None]]) -> None:
    """Let people arrive one after another, each without waiting for the one before."""
    arrival = 0.0
    async with asyncio.TaskGroup() as crowd:
        for visit in visits:
            crowd.create_task(_arrive(arrival, visit))
            arrival += round(2 * MEAN_GAP * chance.random(), 3)


async def _arrive(arrival: float, visit: Awaitable[None]) -> None:
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
