"""The three external systems that listeners call: one small httpx client each.

Read `http.py` for the ways a call can end, `session.py` for what a token adds, then any client. There is no retry
policy, because the article has none; the scenarios show what a failed call costs.
"""

from eventdemo.backend.services.errors import (
    MalformedResponse,
    RateLimited,
    Rejected,
    ServiceError,
    ServiceTimeout,
    ServiceUnavailable,
    Unauthorized,
    UnregisteredToken,
)
from eventdemo.backend.services.fcm import Fcm
from eventdemo.backend.services.http import ServiceClient
from eventdemo.backend.services.oracle_fusion import Employee, OracleFusion
from eventdemo.backend.services.session import Integration
from eventdemo.backend.services.tasks import Action, Domain, PendingTask, TaskOutcome
from eventdemo.backend.services.yardi import Yardi

__all__ = [
    "Action",
    "Domain",
    "Employee",
    "Fcm",
    "Integration",
    "MalformedResponse",
    "OracleFusion",
    "PendingTask",
    "RateLimited",
    "Rejected",
    "ServiceClient",
    "ServiceError",
    "ServiceTimeout",
    "ServiceUnavailable",
    "TaskOutcome",
    "Unauthorized",
    "UnregisteredToken",
    "Yardi",
]
