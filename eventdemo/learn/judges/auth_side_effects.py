"""The judges of the exercises of `auth_side_effects`."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import Experiment, access, wait
from eventdemo.learn.event_loop import EventLoopGame, NotWaitingError
from eventdemo.learn.judging import in_every_schedule, read, reject, require, write

UP_TO_DATE, OUTDATED = "the cache has the new name", "the cache has the old name, until the next change"
BOTH_WAITS = Counter(fill_cache=2, rename=2)
OLD, NEW = "Ann", "Ann Lee"


async def change_name(bus: EventBus) -> str:
    """Let a request fill the cache while another one renames the user."""
    store, cache = {"name": OLD}, {"name": ""}

    async def fill_cache(_: int) -> None:
        await wait()
        name = store["name"]  # the query reads, and its answer takes a while
        await wait()
        cache["name"] = name

    async def rename(_: int) -> None:
        await wait()
        store["name"] = NEW
        await wait()
        cache["name"] = NEW

    bus.on("user.viewed", fill_cache)
    bus.on("user.renamed", rename)
    bus.emit("user.viewed", 7)
    bus.emit("user.renamed", 7)
    await bus.drain()
    return UP_TO_DATE if cache["name"] == NEW else OUTDATED


def the_losing_schedule(order: Any) -> str:
    """Play the program with the given choices."""
    if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
        reject(f"Answer with a list of names, such as ['rename', 'rename'], not {order!r}.")
    game = EventLoopGame(Experiment("change-name", UP_TO_DATE, change_name, UP_TO_DATE.__eq__))
    for number, name in enumerate(order, 1):
        if game.run is not None and Counter(order) <= BOTH_WAITS:
            break  # the last waits have no alternative, so they may be named or not
        try:
            game.end(name)
        except NotWaitingError as error:
            reject(f"Choice {number}: {error}")
    if game.run is None:
        reject(f"The run isn't over after {len(order)} choices. Waiting are: {', '.join(game.waiting)}.")
    if game.run.holds:
        read_new = order.index("rename") < order.index("fill_cache")
        why = "fill_cache read the new name" if read_new else "rename wrote to the cache after fill_cache did"
        reject(f"The cache has the new name, because {why}.", *game.picture().shown)
    return "The cache keeps the old name: fill_cache read it before the change, and wrote it after the change."


class Devices:
    """The device table: one device of user 7, and one of user 8. Each call takes a while."""

    def __init__(self) -> None:
        self.rows = {"phone": 7, "tablet": 8}
        self.logged_out: set[str] = set()

    async def tokens(self, user_id: int) -> list[str]:
        await read("the devices")
        return self._of(user_id)

    async def mark_logged_out(self, user_id: int) -> None:
        await write("the devices")
        self.logged_out |= {*self._of(user_id)}

    async def delete(self, user_id: int) -> None:
        await write("the devices")
        for token in self._of(user_id):
            del self.rows[token]

    def _of(self, user_id: int) -> list[str]:
        return [token for token, owner in self.rows.items() if owner == user_id]


async def log_out(log_out_device: Callable[[Devices, int], Awaitable[None]], bus: EventBus) -> None:
    """Run the listener beside the one that unsubscribes."""
    devices, topics = Devices(), {"phone", "tablet"}

    async def log_out_this_device(user_id: int) -> None:
        await log_out_device(devices, user_id)

    async def unsubscribe_from_topics(user_id: int) -> None:
        for token in await devices.tokens(user_id):
            await wait()
            topics.discard(token)

    bus.on("auth.logout", log_out_this_device)
    bus.on("auth.logout", unsubscribe_from_topics)
    await bus.emit_async("auth.logout", 7)
    access("the devices", write=False)
    if "tablet" not in devices.rows or "tablet" in devices.logged_out:
        reject("the tablet of user 8 is logged out, too")
    if "phone" in devices.rows and "phone" not in devices.logged_out:
        reject("the device is still logged in when your listener has returned")
    require("phone" not in topics, "the topics are still subscribed, because the tokens were gone")


order_does_not_matter = in_every_schedule(
    log_out, "The device is logged out and unsubscribed {}, whichever listener is first."
)


ANN, BO = 7, 8


async def log_out_two_users(log_out: Callable[[EventBus, int], Awaitable[None]], bus: EventBus) -> None:
    """Log out user 7 while Firebase works, and user 8 while it is down."""
    rows, topics = {ANN, BO}, {ANN, BO}

    async def unsubscribe_from_topics(user_id: int) -> None:
        await read("the rows")
        found = user_id in rows
        await wait()
        if user_id == BO:
            raise ConnectionError("Firebase is down")
        if found:
            topics.discard(user_id)

    async def delete_devices(user_id: int) -> None:
        await write("the rows")
        rows.discard(user_id)

    bus.on("auth.logout", unsubscribe_from_topics)
    bus.on("auth.unsubscribed", delete_devices)
    await log_out(bus, ANN)
    access("the rows", write=False)
    require(ANN not in topics, "the topics of user 7 are still subscribed when log_out returns")
    require(ANN not in rows, "the rows of user 7 are still there when log_out returns")
    await log_out(bus, BO)
    await bus.drain()
    access("the rows", write=False)
    require(BO in rows, "Firebase is down for user 8, and the rows are gone: no retry finds the tokens")


one_after_another = in_every_schedule(
    log_out_two_users, "The second event is emitted only after the first one succeeded, {}."
)
