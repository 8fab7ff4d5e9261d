"""`shared-payload`: approvals stand in the audit trail under nobody's name.

Cause: all listeners are handed one dictionary, and one that writes to it changes what the next one reads (claim 2).
Repair: an event that is frozen. Who needs another one makes a copy; who writes to it fails there, and alone.
"""

import logging
from collections.abc import Callable
from typing import Any

from eventdemo.backend.patterns.audit import HrAudit
from eventdemo.backend.storage.model import HrApproval
from eventdemo.backend.storage.store import Store
from eventdemo.core.events import AuditHrApproval
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import BROKEN, REPAIRED, Pitfall, Variant

APPROVED = "audit.hr.approval"
NOBODY = 0
SIGNED = "each approval is in the trail under its name"
log = logging.getLogger(__name__)


class WritingLog:
    """Logs approvals without names, by writing to what it was handed."""

    @on_event(APPROVED)
    def blank_out_name(self, payload: dict[str, Any]) -> None:
        """Take the name away, for the log."""
        payload["user_id"] = NOBODY
        log.info("%s", payload)


class CopyingLog:
    """Logs approvals without names, from a copy."""

    @on_event(APPROVED)
    def blank_out_copy(self, event: AuditHrApproval) -> None:
        """Take the name away, for the log."""
        log.info("%s", event.model_copy(update={"user_id": NOBODY}))


class CarelessLog:
    """Writes to what it was handed, and that is frozen."""

    @on_event(APPROVED)
    def blank_out_name(self, event: AuditHrApproval) -> None:
        """Take the name away, for the log."""
        event.user_id = NOBODY  # type: ignore[misc]  # a type checker sees it before it runs
        log.info("%s", event)


class PrintedAudit:
    """Writes an approval down as it is handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @on_event(APPROVED)
    async def record_hr_approval(self, payload: dict[str, Any]) -> None:
        """Write the line."""
        await self._store.add_approval(HrApproval(event_id=payload["task_id"], **payload))


async def broken(stage: Stage) -> str:
    """Approve, with a dictionary for an event."""
    return await approve(stage, dict, WritingLog(), PrintedAudit(stage.store))


async def repaired(stage: Stage) -> str:
    """Approve, with a frozen event."""
    return await approve(stage, AuditHrApproval, CopyingLog(), HrAudit(stage.store))


async def careless(stage: Stage) -> str:
    """Approve, with a frozen event and a listener that writes to it."""
    return await approve(stage, AuditHrApproval, CarelessLog(), HrAudit(stage.store))


async def approve(stage: Stage, made: Callable[..., object], *listeners: object) -> str:
    """Announce one approval of each user, and look for the names in the trail."""
    for listener in listeners:
        stage.bus.subscribe(listener)
    for user_id in stage.user_ids:
        where = {"feature_module": "hr", "sub_module": "leave", "sub_module_external_id": "7"}
        await stage.bus.emit_async(APPROVED, made(user_id=user_id, task_id=f"HR-{user_id}", action="approve", **where))
    await stage.bus.drain()
    nameless = sum(row.user_id == NOBODY for row in await stage.store.approvals(HrApproval))
    return plural(nameless, "approval is nobody's", "approvals are nobody's", none=SIGNED)


PITFALL = Pitfall(
    "shared-payload",
    SIGNED,
    (Variant(BROKEN, broken, holds=False), Variant(REPAIRED, repaired), Variant("careless", careless)),
)
