"""The article's own listeners: its logout, its two events of a deletion, its audit trail. Printed and repaired.

They run on the real store; the logout's call the fakes too (`pitfalls/logout_race.py`).
"""

from dataclasses import replace
from functools import cache

from eventdemo.backend.patterns.audit import HrAudit
from eventdemo.backend.patterns.lifecycle import UserDirectory, UserService
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import HrApproval, User
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.events import AuditHrApproval, UserDeleted, UserUpdated
from eventdemo.core.on_event import on_event
from eventdemo.explore import Experiment, wait
from eventdemo.explore.backend import instrumented_database
from eventdemo.explore.guarantees.guarantee import ALL, Guarantee
from eventdemo.explore.pitfalls import of_pitfall, testbed
from eventdemo.explore.properties import with_property
from eventdemo.explore.tracked_dict import TrackedDict
from mock_services import FaultPlan, Faults

ANN = 1
ROW_THERE = "the row is there"
FORGOTTEN = "the deleted user is not in the directory"
DIRECTORY = "the directory's user {}".format


@cache
def database() -> Database:
    """Build the database when it is first needed."""
    return instrumented_database(Database(pause=wait))


def ann_is_known() -> None:
    """Put the one user back, and empty the trail."""
    ann = {"id": ANN, "username": "ann", "full_name": "Ann Oakes", "is_active": True, "is_deleted": False}
    more = {"job_title": "", "user_type": "EMPLOYEE", "organisation_id": 1}
    database().load((User, [ann | more]), (HrApproval, []))


async def audit_row(bus: EventBus) -> str:
    """Announce an approval as `ApprovalService` does, and look at once whether it is written down."""
    store = Store(database())
    bus.subscribe(HrAudit(store))
    await bus.emit_async(
        AuditHrApproval(
            user_id=ANN,
            task_id="HR-1",
            action="approve",
            feature_module="hr",
            sub_module="hr-approvals",
            sub_module_external_id="HR-1",
        )
    )
    return ROW_THERE if await store.approvals(HrApproval) else "there is no row yet"


def memory(known: dict[int, str]) -> TrackedDict:
    """Return what a directory knows, as a dictionary that tells who reads and writes it."""
    told = TrackedDict(DIRECTORY, missing=0)
    told.update(known)
    return told


class PrintedDirectory:
    """Names in memory: a listener that nobody told that a deletion is announced as an update too."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.names = memory({ANN: "Ann"})

    @on_event(UserUpdated)
    async def refresh_name(self, event: UserUpdated) -> None:
        """Read the name again."""
        self.names[event.user_id] = (await self._store.user(event.user_id)).full_name

    @on_event(UserDeleted)
    async def forget_name(self, event: UserDeleted) -> None:
        """Drop the name."""
        self.names.pop(event.user_id, None)


async def delete_printed(bus: EventBus) -> str:
    """Delete a user as the article does: `save` announces an update, then `delete` announces a deletion."""
    store = Store(database())
    directory = PrintedDirectory(store)
    bus.subscribe(directory)
    user = await store.user(ANN)
    user.is_active, user.is_deleted = False, True
    await store.save_user(user)
    bus.emit(UserUpdated(user_id=ANN))
    bus.emit(UserDeleted(user_id=ANN))
    await bus.drain()
    return "the deleted user is back in the directory" if ANN in directory.names else FORGOTTEN


async def delete_repaired(bus: EventBus) -> str:
    """Delete a user with `patterns/lifecycle.py`, just after somebody changed the name."""
    store = Store(database())
    directory = UserDirectory(store)
    directory.names = memory({ANN: "Ann"})
    directory.changes = memory({})
    bus.subscribe(directory)
    users = UserService(bus, store)
    await users.save(await store.user(ANN))
    await users.delete(ANN)
    await bus.drain()
    return "the deleted user is back in the directory" if ANN in directory.names else FORGOTTEN


AUDIT_ROW = Experiment(
    "audit-row", "the audit row exists when the approval returns", audit_row, ROW_THERE.__eq__, ann_is_known
)
DELETE_PRINTED = Experiment(
    "delete-printed",
    "a deletion that is also announced as an update leaves no deleted user in the directory",
    delete_printed,
    FORGOTTEN.__eq__,
    ann_is_known,
)
DELETE_REPAIRED = Experiment(
    "delete-repaired",
    "one event for a deletion, and a listener that asks the store, leave no deleted user in the directory",
    delete_repaired,
    FORGOTTEN.__eq__,
    ann_is_known,
)


def firebase_is_down() -> None:
    """Put everything back; whoever calls Firebase is refused."""
    testbed().reset(FaultPlan(fcm=Faults(down=True)))


LEDGER_WITH_FAULTS = replace(
    with_property(of_pitfall("logout-race:repaired"), "ledger-balances"),
    name="ledger-with-faults",
    claim="every delivery of a logout has exactly one fate, also if Firebase refuses every call",
    prepare=firebase_is_down,
    prepare_nominal=None,
    property_name="",
)
EXPERIMENTS = (AUDIT_ROW, DELETE_PRINTED, DELETE_REPAIRED, LEDGER_WITH_FAULTS)
GUARANTEES = (
    Guarantee(of_pitfall("logout-race"), ALL[1:]),  # under sync its floating task dies with the listener's own loop
    *(Guarantee(experiment, ALL) for experiment in (of_pitfall("logout-race:repaired"), *EXPERIMENTS)),
)
