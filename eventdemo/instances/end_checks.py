"""What must hold when a run is quiet: each check counts its exceptions in the store, in the fakes and in the caches.

A delivery's fate says what happened to the delivery; an end check says whether a user is worse off for it. The
simulator, the explorer and the pitfalls all read their outcome from here.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from sqlalchemy import Executable
from sqlmodel import col, select

from eventdemo.backend.patterns.lifecycle import UserDirectory
from eventdemo.backend.services import Domain
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import TRAILS, Device, LoginSession, Notification, User
from eventdemo.core.wording import plural
from mock_services import MockServices


@dataclass(frozen=True, slots=True)
class FinalState:
    """What a run leaves behind."""

    database: Database
    services: MockServices
    directories: Mapping[str, UserDirectory] = field(default_factory=dict)
    """The caches of the instances that are still alive, by the instance's name."""
    announced: Collection[int] = ()
    """The users for whom a scheduled job emitted."""

    def rows(self, query: Executable) -> Sequence[Any]:
        return self.database.transact(lambda c: c.execute(query).all())

    @property
    def users(self) -> range:
        return range(1, self.services.company.users + 1)

    def tasks(self) -> set[tuple[int, str]]:
        """Return all tasks that are pending at the start, each with the user who has to approve it."""
        company = self.services.company
        return {
            (n, task.id) for n in self.users for domain in get_args(Domain) for task in company.pending_tasks(n, domain)
        }


@dataclass(frozen=True, slots=True)
class EndCheck:
    """A claim about the final state, refuted by its exceptions."""

    name: str
    claim: str
    exceptions: Callable[[FinalState], int]
    one: str
    many: str
    """What to say after the number of exceptions: `device stays logged in`, `devices stay logged in`."""

    def outcome(self, final: FinalState) -> str:
        """Return the claim itself if it holds, else how many exceptions there are."""
        return plural(self.exceptions(final), self.one, self.many, none=self.claim)


END_CHECKS: dict[str, EndCheck] = {}
"""All checks by name; the record of each scenario names its own."""


def end_check(claim: str, one: str, many: str) -> Callable[[Callable[[FinalState], int]], EndCheck]:
    """Make a check of a function that counts exceptions, and keep it in `END_CHECKS` under the function's name."""

    def register(exceptions: Callable[[FinalState], int]) -> EndCheck:
        name = getattr(exceptions, "__name__", "").replace("_", "-")
        return END_CHECKS.setdefault(name, EndCheck(name, claim, exceptions, one, many))

    return register


def subscriptions(final: FinalState, users: Iterable[int]) -> int:
    fcm, company = final.services.fcm, final.services.company
    return sum(len(fcm.topics(device.token)) for n in users for device in company.devices(n))


@end_check("no topic stays subscribed", "topic stays subscribed", "topics stay subscribed")
def unsubscribed(final: FinalState) -> int:
    """Count topics of users who have logged out; a user whose logout failed may stay subscribed."""
    logged_in = {row.user_id for row in final.rows(select(LoginSession.user_id))}
    return subscriptions(final, (n for n in final.users if n not in logged_in))


@end_check("no device stays logged in", "device stays logged in", "devices stay logged in")
def logged_out(final: FinalState) -> int:
    return len(final.rows(select(Device.id).where(col(Device.is_logged_in))))


@end_check(
    "no deleted user stays logged in",
    "device of a deleted user stays logged in",
    "devices of deleted users stay logged in",
)
def deleted_logged_out(final: FinalState) -> int:
    owner = col(User.id) == Device.user_id
    return len(final.rows(select(Device.id).join(User, owner).where(Device.is_logged_in, User.is_deleted)))


@end_check("no push is sent twice", "push was sent once more", "pushes were sent once more")
def pushed_once(final: FinalState) -> int:
    """Count pushes that a device received before, word for word."""
    return final.services.fcm.repeated


@end_check("no cache is out of date", "cached name is out of date", "cached names are out of date")
def up_to_date(final: FinalState) -> int:
    truth = {row.id: row.full_name for row in final.rows(select(User.id, User.full_name).where(User.is_active))}
    return sum(name != truth.get(n) for each in final.directories.values() for n, name in each.names.items())


@end_check("no deleted user is in the directory", "deleted user is", "deleted users are")
def forgotten(final: FinalState) -> int:
    deleted = {row.id for row in final.rows(select(User.id).where(User.is_deleted))}
    return sum(len(deleted & each.names.keys()) for each in final.directories.values())


@end_check("every hired user is in the directory", "user is missing", "users are missing")
def hired(final: FinalState) -> int:
    active = {row.id for row in final.rows(select(User.id).where(User.is_active))}
    return sum(len(active - each.names.keys()) for each in final.directories.values())


@end_check("every profile is saved", "profile is missing", "profiles are missing")
def profiles(final: FinalState) -> int:
    """Count users without a full name, which comes with the profile."""
    return len(final.rows(select(User.id).where(col(User.full_name) == "")))


@end_check("every pending task has a notification", "task has none", "tasks have none")
def notified(final: FinalState) -> int:
    stored = final.rows(select(Notification.user_id, Notification.task_id))
    return len(final.tasks() - {(row.user_id, row.task_id) for row in stored})


@end_check("every user is checked for tasks", "user was not checked", "users were not checked")
def checked(final: FinalState) -> int:
    return len(final.rows(select(User.id).where(col(User.last_checked).is_(None))))


@end_check("no user is skipped", "user was skipped", "users were skipped")
def announced(final: FinalState) -> int:
    """Count employees for whom the scheduled job emitted on no instance."""
    return len({*filter(final.services.company.is_employee, final.users)} - {*final.announced})


@end_check("no audit line is missing", "audit line is missing", "audit lines are missing")
def audited(final: FinalState) -> int:
    """Count decisions that an external system accepted and that are in no audit trail."""
    accepted = {*final.services.oracle_fusion.decided, *final.services.yardi.decided}
    return len(accepted - {row.task_id for trail in TRAILS.values() for row in final.rows(select(trail.task_id))})


@end_check("every approval is in its trail once", "approval is not", "approvals are not")
def in_trail(final: FinalState) -> int:
    rows = (row for trail in TRAILS.values() for row in final.rows(select(trail.user_id, trail.task_id)))
    lines = Counter((row.user_id, row.task_id) for row in rows)
    return sum(lines[task] != 1 for task in final.tasks())
