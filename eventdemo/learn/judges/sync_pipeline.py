"""The judges of the exercises of `sync_pipeline`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.explore import access, wait
from eventdemo.learn.judging import in_every_schedule, reject, require, write

ANN, BO, CY = 7, 8, 9
NAMES = {ANN: "Ann", BO: "Bo", CY: "Cy"}


class ProfileError(ConnectionError):
    """Oracle Fusion is down, so the profile was not synced."""


class TaskError(ConnectionError):
    """A service is down, so the pending tasks of one domain are unknown."""


STATUSES = {
    ANN: (200, "all four listeners succeeded"),
    BO: (500, "his profile was not synced, and stage two did not start"),
    CY: (207, "her profile was synced, and then two of three task listeners failed"),
}


async def answer_requests(answer: Callable[[EventBus, int], Awaitable[Any]], bus: EventBus) -> None:
    """Request three syncs: one succeeds, one fails at stage one, and of one two of three task listeners fail."""
    done: list[int] = []
    _two_stages(bus, done)
    for user_id, (status, why) in STATUSES.items():
        got = await answer(bus, user_id)
        access("what is done", write=False)
        if user_id == ANN and len(done) < len("abc"):
            reject(f"Ann was answered with {got!r} before her sync was done")
        require(got == status, f"{NAMES[user_id]} was answered with {got!r}: {why}")


a_status_for_each = in_every_schedule(answer_requests, "200, 207 and 500 say what was done, {}.")


def _two_stages(bus: EventBus, done: list[int]) -> None:
    async def sync_profile(user_id: int) -> None:
        await wait()
        if user_id == BO:
            raise ProfileError
        await bus.emit_async("user.sync.tasks", user_id)

    async def notify(user_id: int, *, fails: bool = False) -> None:
        await write("what is done")
        if fails and user_id == CY:
            raise TaskError
        done.append(user_id)

    async def notify_hr(user_id: int) -> None:
        await notify(user_id, fails=True)

    async def notify_leasing(user_id: int) -> None:
        await notify(user_id, fails=True)

    bus.on("user.syncProfile", sync_profile)
    for listener in (notify, notify_hr, notify_leasing):
        bus.on("user.sync.tasks", listener)


class Profiles:
    """Oracle's profiles and the table of this backend. Oracle has no profile of Bo, and each call takes a while."""

    def __init__(self) -> None:
        self.saved: list[int] = []

    async def fetch(self, user_id: int) -> str:
        await wait()
        if user_id == BO:
            raise ProfileError("Oracle Fusion is down")
        return NAMES[user_id]

    async def save(self, user_id: int, profile: str) -> None:
        await write("the profiles")
        if profile == NAMES[user_id]:
            self.saved.append(user_id)


async def request_syncs(sync_profile: Callable[[EventBus, Profiles, int], Awaitable[Any]], bus: EventBus) -> None:
    """Sync a user for whom all goes well, one without a profile, and one whose tasks can't be read."""
    profiles, notified = Profiles(), list[str]()

    async def sync(user_id: int) -> None:
        await sync_profile(bus, profiles, user_id)

    async def notify_of_tasks(user_id: int) -> None:
        access("the profiles", write=False)
        notified.append(f"{NAMES[user_id]} {'after' if user_id in profiles.saved else 'before'} the profile")
        await wait()
        if user_id == CY:
            raise TaskError
        notified.append(f"{NAMES[user_id]} done")

    bus.on("user.syncProfile", sync)
    bus.on("user.sync.tasks", notify_of_tasks)
    failed = []
    for user_id, name in NAMES.items():
        try:
            await bus.emit_async("user.syncProfile", user_id)
        except ExceptionGroup:
            failed.append(user_id)
        too_early = f"{name} before the profile" in notified
        require(not too_early, f"stage two of {name} began before the profile was saved")
        if user_id == ANN:
            times = notified.count("Ann done")
            require(times == 1, f"Ann was answered when stage two had been done {times} times")
            require(ANN not in failed, "all went well for Ann, and her caller got an error")
        else:
            why = "Bo's profile was not synced, and his" if user_id == BO else "Cy's tasks could not be read, and her"
            require(user_id in failed, f"{why} caller got no error")


stage_one = in_every_schedule(request_syncs, "The chain is complete when the caller is answered, {}.")


async def run_weekly_job(sync_all: Callable[[EventBus, "Dates", Sequence[int]], Awaitable[Any]], bus: EventBus) -> None:
    """Run the weekly job for three users, of whom the second one fails."""
    synced: list[int] = []
    dates = Dates(synced)

    async def sync_profile(user_id: int) -> None:
        await write("the job")
        if user_id == BO:
            raise ProfileError
        synced.append(user_id)

    bus.on("user.syncProfile", sync_profile)
    await sync_all(bus, dates, [ANN, BO, CY])
    access("the job", write=False)
    if dates.too_early:
        reject(f"{NAMES[dates.too_early[0]]} was marked when the sync had not succeeded")
    if synced != [*dict.fromkeys(synced)] or not {ANN, CY} <= {*synced}:
        reject(f"the users that were synced are {[NAMES[each] for each in synced]}")
    for user_id in (ANN, CY):
        require(user_id in dates.marked, f"{NAMES[user_id]} was synced and is not marked")


mark_what_was_synced = in_every_schedule(run_weekly_job, "A date means that the sync succeeded, {}.")


class Dates:
    """The dates of the last sync."""

    def __init__(self, synced: Sequence[int]) -> None:
        self._synced = synced
        self.marked: list[int] = []
        self.too_early: list[int] = []

    async def mark_synced(self, user_id: int) -> None:
        """Set the date of a user."""
        access("the job")
        self.marked.append(user_id)
        if user_id not in self._synced:
            self.too_early.append(user_id)
