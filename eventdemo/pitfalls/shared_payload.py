"""`shared-payload`: approvals appear in the audit trail without a user.

Cause: all listeners get the same dictionary, so a listener that writes to it changes what the next one reads (claim 2).
Fix: make the event frozen. To change it, copy it; a write raises in the offending listener only.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from eventdemo.backend.events import AuditHrApproval
from eventdemo.backend.patterns.audit import HrAudit
from eventdemo.backend.storage.model import HrApproval
from eventdemo.backend.storage.store import Store
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Variant, pair

APPROVED = "audit.hr.approval"
NO_USER = 0
SIGNED = "every approval in the trail has its user"
log = logging.getLogger(__name__)


class WritingLog:
    """Logs approvals without their users, and writes to the shared payload for that."""

    @on_event(APPROVED)
    def blank_out_user(self, payload: dict[str, Any]) -> None:
        payload["user_id"] = NO_USER
        log.info("%s", payload)


class CopyingLog:
    """Logs approvals without their users, from a copy."""

    @on_event(APPROVED)
    def blank_out_copy(self, event: AuditHrApproval) -> None:
        log.info("%s", event.model_copy(update={"user_id": NO_USER}))


class CarelessLog:
    """Writes to the shared payload, which is frozen."""

    @on_event(APPROVED)
    def blank_out_user(self, event: AuditHrApproval) -> None:
        event.user_id = NO_USER  # type: ignore[misc]  # a type checker sees it before it runs
        log.info("%s", event)


class PrintedAudit:
    """Adds the payload to the audit trail as it is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @on_event(APPROVED)
    async def record_hr_approval(self, payload: dict[str, Any]) -> None:
        await self._store.add_approval(HrApproval(event_id=payload["task_id"], **payload))


async def approve(
    make_event: Callable[..., object], log_listener: type, audit: Callable[[Store], object], stage: Stage
) -> str:
    """Emit one approval for each user, and count those without a user in the trail."""
    stage.bus.subscribe(log_listener())
    stage.bus.subscribe(audit(stage.store))
    for user_id in stage.user_ids:
        where = {"feature_module": "hr", "sub_module": "leave", "sub_module_external_id": "7"}
        await stage.bus.emit_async(
            APPROVED, make_event(user_id=user_id, task_id=f"HR-{user_id}", action="approve", **where)
        )
    await stage.bus.drain()
    without_user = sum(row.user_id == NO_USER for row in await stage.store.approvals(HrApproval))
    return plural(without_user, "approval has no user", "approvals have no user", none=SIGNED)


PITFALL = pair(
    "shared-payload",
    SIGNED,
    partial(approve, dict, WritingLog, PrintedAudit),
    partial(approve, AuditHrApproval, CopyingLog, HrAudit),
    Variant("careless", partial(approve, AuditHrApproval, CarelessLog, HrAudit)),
)
