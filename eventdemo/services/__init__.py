"""The three external systems that listeners call: one small httpx client each.

Read `calling.py` for what one call can end in, `session.py` for what a token adds, then any client. There is no retry
policy in here, because the article has none; what an unanswered call costs is for the scenarios to show.
"""

from eventdemo.services.client import ServiceClient
from eventdemo.services.errors import (
    MalformedResponse,
    RateLimited,
    Rejected,
    ServiceError,
    ServiceTimeout,
    ServiceUnavailable,
    Unauthorized,
    UnregisteredToken,
)
from eventdemo.services.fcm import Fcm
from eventdemo.services.integration import Integration
from eventdemo.services.oracle_fusion import LineManager, OracleFusion, Worker
from eventdemo.services.tasks import Action, Domain, PendingTask, TaskOutcome
from eventdemo.services.yardi import Yardi

__all__ = [
    "Action",
    "Domain",
    "Fcm",
    "Integration",
    "LineManager",
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
    "Worker",
    "Yardi",
]
