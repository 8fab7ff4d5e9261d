"""What can be claimed of the backend after a scenario: looked up in its tables, in the fakes, in its memory."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from sqlmodel import Session, SQLModel, col, select

from eventdemo.backend.services import Domain
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import Device, HrApproval, LeasingApproval, Notification, ProcurementApproval, User
from eventdemo.backend.wiring import Backend
from eventdemo.core.wording import plural
from eventdemo.explore.experiment import Property
from eventdemo.instances.stage import Stage

Row = TypeVar("Row", bound=SQLModel)
TRAILS = (ProcurementApproval, HrApproval, LeasingApproval)


@dataclass(frozen=True, slots=True)
class Scene:
    """The backend when everything has come to rest."""

    stage: Stage
    backend: Backend

    def rows(self, table: type[Row], *where: Any) -> list[Row]:
        """Return rows as they are at the end."""
        return rows_now(self.stage.database, table, *where)

    @property
    def people(self) -> range:
        """The ids of all who were there from the start."""
        return range(1, self.stage.company.users + 1)

    def tasks(self) -> list[tuple[int, str]]:
        """Return all tasks that waited, each with whose desk it lay on."""
        desks = [(n, domain) for n in self.people for domain in get_args(Domain)]
        return [(n, task.id) for n, domain in desks for task in self.stage.company.pending_tasks(n, domain)]


def rows_now(database: Database, table: type[Row], *where: Any) -> list[Row]:
    """Return rows as they are now, without a pause: nobody else gets a turn."""
    with Session(database.engine) as session:
        return list(session.exec(select(table).where(*where)).all())


def _claim(name: str, says: str, against: Callable[[Scene], int], one: str, many: str) -> Property:
    """Make a claim of a function that counts what is against it."""

    def describe(scene: Scene) -> str:
        return plural(against(scene), one, many, none=says)

    return Property(name, says, describe)


def _subscribed(scene: Scene) -> int:
    devices = [device for n in scene.people for device in scene.stage.company.devices(n)]
    subscribed = {(device.token, topic) for device in devices for topic in device.topics}
    return len(subscribed - scene.stage.services.fcm.unsubscribed)


def _logged_in(scene: Scene) -> int:
    return len(scene.rows(Device, col(Device.is_logged_in)))


def _remembered(scene: Scene) -> int:
    return sum(user.id in scene.backend.directory.names for user in scene.rows(User, col(User.is_deleted)))


def _unknown(scene: Scene) -> int:
    return sum(user.id not in scene.backend.directory.names for user in scene.rows(User, col(User.is_active)))


def _without_profile(scene: Scene) -> int:
    return len(scene.rows(User, User.full_name == ""))


def _pushed_twice(scene: Scene) -> int:
    pushes = Counter((push.token, push.data.get("task")) for push in scene.stage.services.fcm.latest)
    return sum(times > 1 for times in pushes.values())


def _untold(scene: Scene) -> int:
    return len({*scene.tasks()} - {(told.user_id, told.task_id) for told in scene.rows(Notification)})


def _skipped(scene: Scene) -> int:
    return sum(user.last_checked is None for user in scene.rows(User))


def _not_once_in_trail(scene: Scene) -> int:
    lines = Counter((entry.user_id, entry.task_id) for trail in TRAILS for entry in scene.rows(trail))
    return sum(lines[task] != 1 for task in scene.tasks())


UNSUBSCRIBED = _claim(
    "unsubscribed", "no topic stays subscribed", _subscribed, "topic stays subscribed", "topics stay subscribed"
)
LOGGED_OUT = _claim("logged-out", "no device stays logged in", _logged_in, "device stays", "devices stay")
FORGOTTEN = _claim(
    "forgotten", "no deleted user is in the directory", _remembered, "deleted user is", "deleted users are"
)
HIRED = _claim("hired", "everybody who was hired is in the directory", _unknown, "is missing", "are missing")
PROFILES = _claim("profiles", "everybody's profile is saved", _without_profile, "is not", "are not")
TOLD_ONCE = _claim("told-once", "no task is pushed twice", _pushed_twice, "task is pushed twice", "tasks are")
ALL_TOLD = _claim("all-told", "every pending task is told", _untold, "task is not told", "tasks are not told")
NOBODY_SKIPPED = _claim("nobody-skipped", "nobody is skipped", _skipped, "person is skipped", "people are skipped")
IN_TRAIL = _claim(
    "in-trail", "every approval is in its trail once", _not_once_in_trail, "approval is not", "approvals are not"
)
