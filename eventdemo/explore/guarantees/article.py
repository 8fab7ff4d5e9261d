"""The article's own listeners: its logout, its two events for a deletion and its audit trail, as printed and fixed.

They run on the real store. The listeners of the logout also call the fakes (`pitfalls/logout_race.py`).
"""

from dataclasses import replace
from functools import cache

from eventdemo.backend.events import AuditHrApproval, UserDeleted, UserUpdated
from eventdemo.backend.patterns.audit import HrAudit
from eventdemo.backend.patterns.lifecycle import UserDirectory, UserService
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import HrApproval, User
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event
from eventdemo.explore import EventLog, wait
from eventdemo.explore.accesses import TrackedDict
from eventdemo.explore.backend import instrumented_database
from eventdemo.explore.guarantees.guarantee import ALL, Guarantee, guarantee
from eventdemo.explore.properties import with_property
from eventdemo.explore.scenarios import DIRECTORY_ENTRY, instrument_directory, of_pitfall, pitfall_testbed
from mock_services import FaultPlan, Faults

ANN = 1
ROW_THERE = "the row is there"
FORGOTTEN = "the deleted user is not in the directory"
LOGOUT_PRINTED = Guarantee(of_pitfall("logout-race"), ALL[1:])
"""Under sync, its floating task dies with the listener's own loop."""
LOGOUT_FIXED = Guarantee(of_pitfall("logout-race:repaired"), ALL)


@cache
def database() -> Database:
    return instrumented_database(Database(pause=wait))


def reset_database() -> None:
    ann = {"id": ANN, "username": "ann", "full_name": "Ann Oakes", "is_active": True, "is_deleted": False}
    more = {"job_title": "", "user_type": "EMPLOYEE", "organisation_id": 1}
    database().load((User, [ann | more]), (HrApproval, []))


@guarantee("the audit row exists when the approval returns", outcome=ROW_THERE, prepare=reset_database)
async def audit_row(bus: EventBus, _: EventLog) -> str:
    """Emit an approval as `ApprovalService` does, then look for its audit row immediately."""
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


class PrintedDirectory:
    """Names in memory. This listener does not expect that a deletion is also announced as an update."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.names = TrackedDict(DIRECTORY_ENTRY)

    @on_event(UserUpdated)
    async def refresh_name(self, event: UserUpdated) -> None:
        self.names[event.user_id] = (await self._store.user(event.user_id)).full_name

    @on_event(UserDeleted)
    async def forget_name(self, event: UserDeleted) -> None:
        self.names.pop(event.user_id, None)


@guarantee(
    "a deletion that is also announced as an update leaves no deleted user in the directory",
    outcome=FORGOTTEN,
    prepare=reset_database,
)
async def delete_printed(bus: EventBus, _: EventLog) -> str:
    """Delete a user as the article does: `save` emits an update, then `delete` emits a deletion."""
    store = Store(database())
    directory = PrintedDirectory(store)
    directory.names.update({ANN: "Ann"})
    bus.subscribe(directory)
    user = await store.user(ANN)
    user.is_active, user.is_deleted = False, True
    await store.save_user(user)
    bus.emit(UserUpdated(user_id=ANN))
    bus.emit(UserDeleted(user_id=ANN))
    await bus.drain()
    return "the deleted user is back in the directory" if ANN in directory.names else FORGOTTEN


@guarantee(
    "one event for a deletion, and a listener that reads the store, leave no deleted user in the directory",
    outcome=FORGOTTEN,
    prepare=reset_database,
)
async def delete_repaired(bus: EventBus, _: EventLog) -> str:
    """Delete a user with `patterns/lifecycle.py`, right after a change of the name."""
    store = Store(database())
    directory = UserDirectory(store)
    instrument_directory(directory)
    directory.names.update({ANN: "Ann"})
    bus.subscribe(directory)
    users = UserService(bus, store)
    await users.save(await store.user(ANN))
    await users.delete(ANN)
    await bus.drain()
    return "the deleted user is back in the directory" if ANN in directory.names else FORGOTTEN


def firebase_is_down() -> None:
    pitfall_testbed().reset(FaultPlan(fcm=Faults(down=True)))


LEDGER_WITH_FAULTS = Guarantee(
    replace(
        with_property(LOGOUT_FIXED.experiment, "ledger-balances"),
        name="ledger-with-faults",
        claim="every delivery of a logout has exactly one fate, even if Firebase refuses every call",
        prepare=firebase_is_down,
        prepare_nominal=None,
        property_name="",
    ),
    ALL,
)
