"""`instances`: a name was changed, and half of the requests still see the old one.

Cause: each instance has its own bus, so an event on A never reaches B, where a listener keeps names in a cache.
Fix: broadcast the events that caches need. For all other listeners one instance is enough (claim 55).
"""

import asyncio

from eventdemo.backend.patterns.lifecycle import UserDirectory, UserService
from eventdemo.core.wording import plural
from eventdemo.instances.broadcast import Broadcast
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

LATENCY = 0.005
"""Seconds that a message between two instances takes."""
NEW_NAME = "Robin Sommer"
UP_TO_DATE = "every instance knows the new names"


async def broken(stage: Stage) -> str:
    """Change names on A, and look them up on both."""
    a, b = stage, stage.start("B")
    caches = [await cache_of(each) for each in (a, b)]
    await rename(a)
    return outdated(caches)


async def repaired(stage: Stage) -> str:
    """Connect the instances with a broadcast."""
    a, b = stage, stage.start("B")
    caches = [await cache_of(each) for each in (a, b)]
    channel = Broadcast(lambda: LATENCY)
    for each in (a, b):
        channel.join(each.process, each.bus, each.inbox)
    await rename(a)
    await channel.drain()
    await b.inbox.drain()
    return outdated(caches)


async def cache_of(stage: Stage) -> UserDirectory:
    directory = UserDirectory(stage.store)
    for bus in (stage.bus, stage.inbox):
        bus.subscribe(directory)
    for user_id in stage.user_ids:
        directory.names[user_id] = (await stage.store.user(user_id)).full_name
    return directory


async def rename(stage: Stage) -> None:
    """Rename all users, with requests to one instance."""

    async def change(user_id: int) -> None:
        user = await stage.store.user(user_id)
        user.full_name = NEW_NAME
        await UserService(stage.bus, stage.store).save(user)

    await asyncio.gather(*map(change, stage.user_ids))
    await stage.bus.drain()


def outdated(caches: list[UserDirectory]) -> str:
    old = sum(name != NEW_NAME for cache in caches for name in cache.names.values())
    return plural(old, "cached name is out of date", "cached names are out of date", none=UP_TO_DATE)


PITFALL = pair("instances", UP_TO_DATE, broken, repaired)
