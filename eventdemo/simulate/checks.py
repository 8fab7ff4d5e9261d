"""What has to be true when all is quiet, held against the store, the services and the caches: no push twice, and so on.

A delivery's fate says what became of it; a check says whether anybody was harmed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlmodel import col, select

from eventdemo.backend.patterns.lifecycle import UserDirectory
from eventdemo.backend.schedule import scheduled_run
from eventdemo.backend.storage.model import Device, HrApproval, LeasingApproval, LoginSession, ProcurementApproval, User
from eventdemo.core.delivery import Emission, Observer
from eventdemo.core.wording import plural
from eventdemo.simulate.testbed import Testbed
from eventdemo.trace.record import Check

TRAILS = (ProcurementApproval, HrApproval, LeasingApproval)


class EmittedEvents(Observer):
    """Notes for whom the scheduled jobs have emitted."""

    def __init__(self) -> None:
        self.users: set[int] = set()

    def emitted(self, emission: Emission) -> None:
        """Note the user of an event that a job itself emits, no listener of it."""
        if scheduled_run() and emission.parent is None:
            self.users.add(emission.args[0].user_id)


@dataclass(frozen=True, slots=True)
class FinalState:
    """What is left of a run."""

    testbed: Testbed
    emitted: EmittedEvents
    directories: Mapping[str, UserDirectory]
    """The caches of the instances that live, by the instance's name."""

    def rows(self, query: Executable) -> Sequence[Any]:
        """Return what the store holds now."""
        return self.testbed.database.transact(lambda c: c.execute(query).all())


Question = Callable[[FinalState], Check]


def check(claim: str, exceptions: int, one: str, many: str) -> Check:
    """Hold a claim against the number of its exceptions; `one` and `many` say what was found after that number."""
    return Check(claim=claim, holds=not exceptions, found=plural(exceptions, one, many, none=claim))


def no_push_twice(final: FinalState) -> Check:
    """Ask the service whether a device got the same message again."""
    again = final.testbed.services.fcm.repeated
    return check("no push is sent twice", again, "push was sent once more", "pushes were sent once more")


def nobody_stays_subscribed(final: FinalState) -> Check:
    """Look for topics that devices are subscribed to although their user has logged out."""
    logged_in = {row.user_id for row in final.rows(select(LoginSession.user_id))}
    fcm, company = final.testbed.services.fcm, final.testbed.company
    out = (user_id for user_id in range(1, company.users + 1) if user_id not in logged_in)
    left = sum(len(fcm.topics(device.token)) for user_id in out for device in company.devices(user_id))
    return check("no topic stays subscribed", left, "topic stays subscribed", "topics stay subscribed")


def nobody_deleted_is_logged_in(final: FinalState) -> Check:
    """Look for devices that still get messages of a user who was deleted."""
    logged_in = select(Device.id).join(User, col(User.id) == Device.user_id).where(Device.is_logged_in, User.is_deleted)
    left = len(final.rows(logged_in))
    claim = "no deleted user stays logged in"
    return check(claim, left, "device of a deleted user stays logged in", "devices of deleted users stay logged in")


def no_cache_is_outdated(final: FinalState) -> Check:
    """Compare what each instance remembers of users with what the store knows."""
    truth = {row.id: row.full_name for row in final.rows(select(User.id, User.full_name).where(User.is_active))}
    wrong = sum(name != truth.get(n) for each in final.directories.values() for n, name in each.names.items())
    return check("no cache is out of date", wrong, "cached name is out of date", "cached names are out of date")


def no_audit_is_missing(final: FinalState) -> Check:
    """Look for decisions that an external system has accepted and no trail knows."""
    services = final.testbed.services
    accepted = {*services.oracle_fusion.decided, *services.yardi.decided}
    written = {row.task_id for trail in TRAILS for row in final.rows(select(trail.task_id))}
    missing = len(accepted - written)
    claim = "no audit line is missing"
    return check(claim, missing, "audit line is missing", "audit lines are missing")


def nobody_is_skipped(final: FinalState) -> Check:
    """Look for employees for whom no instance's job has emitted."""
    skipped = len(set(_employees(final)) - final.emitted.users)
    return check("no user is skipped", skipped, "user was skipped", "users were skipped")


def _employees(final: FinalState) -> Iterator[int]:
    company = final.testbed.company
    return filter(company.is_employee, range(1, company.users + 1))


QUESTIONS: dict[str, tuple[Question, ...]] = {
    "logout": (nobody_stays_subscribed,),
    "lifecycle": (no_cache_is_outdated, nobody_deleted_is_logged_in, no_push_twice),
    "sync-profile": (nobody_is_skipped, no_push_twice),
    "approval": (no_audit_is_missing, no_push_twice),
    "fan-out": (nobody_is_skipped, no_push_twice),
}


def answers(name: str, final: FinalState) -> tuple[Check, ...]:
    """Ask all that there is to ask about a scenario."""
    return tuple(question(final) for question in QUESTIONS[name])
