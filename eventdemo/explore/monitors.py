"""Who watches the bus for a claim about a moment that is over when the program ends."""

from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.core.delivery import Delivery, Emission, Observer
from eventdemo.core.events import ApprovalSubmitted, UserSyncTaskNotifications
from eventdemo.core.wording import plural
from eventdemo.instances.end_checks import TRAILS

Row = TypeVar("Row", bound=SQLModel)
PROFILE_FIRST = "no tasks are looked for before the profile is saved"
WRITTEN_DOWN = "an approval that has returned is written down"


class Stages(Observer):
    """Sees whether somebody's tasks are looked for before the profile is there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._early = 0

    def started(self, delivery: Delivery) -> None:
        """Look into the user's row when a listener of stage two starts."""
        if isinstance(event := delivery.emission.args[0], UserSyncTaskNotifications):
            (user,) = rows_now(self._database, User, User.id == event.user_id)
            self._early += not user.full_name

    def describe(self) -> str:
        """Say how it went."""
        return f"{plural(self._early, 'listener')} began before" if self._early else PROFILE_FIRST


class Answers(Observer):
    """Sees whether an approval is in its trail when whoever announced it goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._early = 0

    def returned(self, emission: Emission) -> None:
        """Look into the trails."""
        if isinstance(event := emission.args[0], ApprovalSubmitted):
            mine = [rows_now(self._database, trail, col(trail.user_id) == event.user_id) for trail in TRAILS]
            self._early += event.id not in {entry.event_id for trail in mine for entry in trail}

    def describe(self) -> str:
        """Say how it went."""
        return f"{plural(self._early, 'approval')} returned before" if self._early else WRITTEN_DOWN


def rows_now(database: Database, table: type[Row], *where: Any) -> list[Row]:
    """Return rows as they are now, without a pause in which another task could run."""
    with Session(database.engine) as session:
        return list(session.exec(select(table).where(*where)).all())
