"""Every event of the article's system. This file knows nothing of who emits or listens."""

from typing import Literal

from eventdemo.core.events import Event


class AuthLogin(Event, name="auth.login"):
    """A user logged in."""

    user_id: int


class AuthLogout(Event, name="auth.logout"):
    """A user logged out of the mobile app."""

    user_id: int


class UserCreated(Event, name="user.created"):
    """A user was stored for the first time."""

    user_id: int


class UserUpdated(Event, name="user.updated"):
    """A stored user was changed."""

    user_id: int


class UserDeleted(Event, name="user.deleted"):
    """A user was marked as deleted."""

    user_id: int


class UserSyncProfile(Event, name="user.syncProfile"):
    """A caller requested that a user's profile be updated from Oracle Fusion."""

    user_id: int
    first_time: bool = False


class UserSyncTaskNotifications(Event, name="user.sync.task.notifications"):
    """It is time to look for a user's pending tasks in every system that has some."""

    user_id: int


Action = Literal["approve", "reject"]


class ApprovalSubmitted(Event):
    """The external system accepted an approval. One subclass, one audit trail."""

    user_id: int
    task_id: str
    action: Action
    feature_module: str
    sub_module: str
    sub_module_external_id: str


class AuditProcurementApproval(ApprovalSubmitted, name="audit.procurement.approval"):
    """A procurement approval was accepted by Oracle Fusion."""


class AuditHrApproval(ApprovalSubmitted, name="audit.hr.approval"):
    """An HR approval was accepted by Oracle Fusion."""


class AuditLeasingApproval(ApprovalSubmitted, name="audit.leasing.approval"):
    """A leasing approval was accepted by Yardi."""
