"""Observers of the bus, for claims that the final state can no longer show."""

from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from eventdemo.backend.events import ApprovalSubmitted, UserSyncTaskNotifications
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.wording import plural
from eventdemo.instances.end_checks import TRAILS

Row = TypeVar("Row", bound=SQLModel)
PROFILE_FIRST = "no tasks are looked for before the profile is saved"
WRITTEN_DOWN = "an approval that has returned is written down"


class Stages(Observer):
    """Counts the listeners of stage two that start before the user's profile is saved."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._early = 0

    def started(self, delivery: Delivery) -> None:
        if isinstance(event := delivery.emission.args[0], UserSyncTaskNotifications):
            (user,) = rows_now(self._database, User, User.id == event.user_id)
            self._early += not user.full_name

    def describe(self) -> str:
        return f"{plural(self._early, 'listener')} started before that" if self._early else PROFILE_FIRST


class Answers(Observer):
    """Counts the approvals that return before they are in an audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._early = 0

    def returned(self, emission: Emission) -> None:
        if isinstance(event := emission.args[0], ApprovalSubmitted):
            mine = [rows_now(self._database, trail, col(trail.user_id) == event.user_id) for trail in TRAILS]
            self._early += event.id not in {entry.event_id for trail in mine for entry in trail}

    def describe(self) -> str:
        return f"{plural(self._early, 'approval')} returned before that" if self._early else WRITTEN_DOWN


def rows_now(database: Database, table: type[Row], *where: Any) -> list[Row]:
    """Return rows as they are now, without a pause in which another task could run."""
    with Session(database.engine) as session:
        return list(session.exec(select(table).where(*where)).all())
