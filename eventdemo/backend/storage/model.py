"""What the backend remembers: users, their devices and sessions, notifications, three audit trails, integrations.

Tables only. `store.py` asks the questions.
"""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, TypeDecorator
from sqlmodel import Field, SQLModel, UniqueConstraint

EMPLOYEE = "EMPLOYEE"
ORACLE_FUSION, YARDI = "oracle-fusion", "yardi"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC: most databases drop the zone of what they store."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a stored moment with its zone."""
        return value and value.replace(tzinfo=UTC)


class User(SQLModel, table=True):
    """Somebody who may log in. Only employees have a profile in Oracle Fusion."""

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True)
    full_name: str = ""
    job_title: str = ""
    user_type: str = EMPLOYEE
    organisation_id: int
    line_manager: str | None = None
    """The username of the person who approves for this one."""
    is_active: bool = True
    is_deleted: bool = False
    last_synced: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the profile was last brought up to date; the weekly sync moves it."""
    last_checked: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When pending tasks were last looked for; the poll moves it. Two dates, because two jobs."""


class LoginSession(SQLModel, table=True):
    """A bearer token of a logged-in user."""

    token: str = Field(primary_key=True)
    user_id: int = Field(index=True)


class Device(SQLModel, table=True):
    """A phone. Logging out keeps its token, because whoever cleans up afterwards still has to know it."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(index=True)
    token: str = Field(unique=True)
    is_logged_in: bool = True


class Notification(SQLModel, table=True):
    """One pending task that one user was told about; told again, it stays one."""

    __table_args__ = (UniqueConstraint("user_id", "domain", "task_id"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(index=True)
    domain: str
    task_id: str
    title: str


class Approval(SQLModel):
    """What an audit trail keeps of one decision. The event's id is unique, so an event told twice is written once."""

    id: int | None = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)
    user_id: int
    task_id: str
    action: str
    feature_module: str
    sub_module: str
    sub_module_external_id: str


class ProcurementApproval(Approval, table=True):
    """The audit trail of procurement."""


class HrApproval(Approval, table=True):
    """The audit trail of HR."""


class LeasingApproval(Approval, table=True):
    """The audit trail of leasing."""


class IntegrationDetails(SQLModel, table=True):
    """Where one organisation's Oracle Fusion or Yardi lives, and who the backend is there."""

    organisation_id: int = Field(primary_key=True)
    system: str = Field(primary_key=True)
    base_url: str
    client_id: str
    client_secret: str
