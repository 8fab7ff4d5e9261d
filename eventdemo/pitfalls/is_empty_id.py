"""`is-empty-id`: a user whose name changes is welcomed again, and listeners of `user.updated` get no event.

Cause: `save` checks `isEmpty(id)` to find out whether a user is new, but for lodash every number is empty (4.18.1;
claim 17).
Fix: compare the id with None: a user without an id is new.
"""

from collections import Counter
from collections.abc import Callable, Sized
from functools import partial

from eventdemo.backend.events import UserCreated, UserUpdated
from eventdemo.backend.patterns.lifecycle import DeviceLifecycle
from eventdemo.backend.storage.model import User
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import pair

WELCOME_ONCE = "no user is welcomed twice"


def is_empty(value: object) -> bool:
    """Return what lodash's `isEmpty` returns: a value without elements is empty, and a number has none."""
    return not (isinstance(value, Sized) and len(value))


async def hire(is_new: Callable[[User], bool], stage: Stage) -> str:
    """Store a new colleague for each user, then correct their name."""
    welcomed: Counter[str] = Counter()

    @stage.bus.on(UserCreated)
    async def welcome(event: UserCreated) -> None:
        welcomed[(await stage.store.user(event.user_id)).username] += 1

    stage.bus.subscribe(DeviceLifecycle(stage.store, stage.fcm))
    for person in map(stage.company.person, stage.user_ids):
        user = await save(
            stage, User(username=f"next.{person.username}", organisation_id=person.organisation_id), is_new
        )
        user.full_name = person.full_name
        await save(stage, user, is_new)
    await stage.bus.drain()
    twice = sum(times > 1 for times in welcomed.values())
    return plural(twice, "user is welcomed twice", "users are welcomed twice", none=WELCOME_ONCE)


async def save(stage: Stage, user: User, is_new: Callable[[User], bool]) -> User:
    """Store a user and emit the event, as `patterns/lifecycle.py` does."""
    event = UserCreated if is_new(user) else UserUpdated
    stored = await stage.store.save_user(user)
    assert stored.id is not None
    stage.bus.emit(event(user_id=stored.id))
    return stored


PITFALL = pair(
    "is-empty-id",
    WELCOME_ONCE,
    broken=partial(hire, lambda user: is_empty(user.id)),  # the article's check
    repaired=partial(hire, lambda user: user.id is None),
)
