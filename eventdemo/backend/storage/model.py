"""The tables: users, their passwords, sessions and devices, notifications, three audit trails, integrations.

`store.py` has the queries.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from eventdemo.backend.storage.dialects import UtcDateTime

EMPLOYEE = "EMPLOYEE"
USER, ADMIN = "user", "admin"
ORACLE_FUSION, YARDI = "oracle-fusion", "yardi"


class User(SQLModel, table=True):
    """A user of the backend. Only employees have a profile in Oracle Fusion."""

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True)
    full_name: str = ""
    job_title: str = ""
    user_type: str = EMPLOYEE
    organisation_id: int
    line_manager: str | None = None
    """The username of the manager who approves this user's requests."""
    is_active: bool = True
    is_deleted: bool = False
    last_synced: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the profile was last synced; the weekly sync sets it."""
    last_checked: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When pending tasks were last checked; the poll sets it. There are two dates, because there are two jobs."""


class Credential(SQLModel, table=True):
    """What a user logs in with, and the user's role. A user without one cannot log in."""

    user_id: int = Field(primary_key=True)
    password_hash: str
    role: str = USER


class LoginSession(SQLModel, table=True):
    """A session. Its token is not stored: a copy of the table does not let anyone in."""

    token_digest: str = Field(primary_key=True)
    user_id: int = Field(index=True)
    expires: datetime = Field(sa_type=UtcDateTime)


class Device(SQLModel, table=True):
    """A phone. Logging out keeps its token, because the listener that unsubscribes it from its topics needs it."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(index=True)
    token: str = Field(unique=True)
    is_logged_in: bool = True


class Notification(SQLModel, table=True):
    """A pending task that a user was notified of; there is one row, however often it is found."""

    __table_args__ = (UniqueConstraint("user_id", "domain", "task_id"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(index=True)
    domain: str
    task_id: str
    title: str


class Approval(SQLModel):
    """One decision in an audit trail. The event's id is unique, so a redelivered event adds no second line."""

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


TRAILS = {"procurement": ProcurementApproval, "hr": HrApproval, "leasing": LeasingApproval}
"""The audit trail of each domain."""


class IntegrationDetails(SQLModel, table=True):
    """The address of one organisation's Oracle Fusion or Yardi, and the backend's credentials there."""

    organisation_id: int = Field(primary_key=True)
    system: str = Field(primary_key=True)
    base_url: str
    client_id: str
    client_secret: str
