"""Pattern 4, audit logging: an approval that the external system accepted leaves a line in its domain's trail.

The approval service knows no audit module, and a failing audit never fails the approval: its error is logged. The
service does wait for the trail, so that an approval that returned is an approval that is written down, or whose missing
line is in the log. A trail has one line per event, however often the event is delivered.
"""

from eventdemo.backend.events import ApprovalSubmitted, AuditHrApproval, AuditLeasingApproval, AuditProcurementApproval
from eventdemo.backend.services import Action, Domain, OracleFusion, TaskOutcome, Yardi
from eventdemo.backend.storage.model import (
    ORACLE_FUSION,
    YARDI,
    Approval,
    HrApproval,
    LeasingApproval,
    ProcurementApproval,
)
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event

EVENTS: dict[Domain, type[ApprovalSubmitted]] = {
    "procurement": AuditProcurementApproval,
    "hr": AuditHrApproval,
    "leasing": AuditLeasingApproval,
}


class ApprovalService:
    """Submits decisions to the system that asked for them."""

    def __init__(self, bus: EventBus, store: Store, oracle: OracleFusion, yardi: Yardi) -> None:
        self._bus = bus
        self._store = store
        self._oracle = oracle
        self._yardi = yardi

    async def submit(self, domain: Domain, user_id: int, task_id: str, action: Action) -> TaskOutcome:
        """Approve or reject one task, then announce it under the domain's name."""
        system, service = (YARDI, self._yardi) if domain == "leasing" else (ORACLE_FUSION, self._oracle)
        account = await self._store.account(user_id, system)
        outcome = await service.submit(account.integration, task_id, action)
        event = EVENTS[domain](
            user_id=user_id,
            task_id=task_id,
            action=action,
            feature_module=domain,
            sub_module=f"{domain}-approvals",
            sub_module_external_id=task_id,
        )
        await self._bus.emit_async(event)
        return outcome


class ProcurementAudit:
    def __init__(self, store: Store) -> None:
        self._store = store

    @on_event(AuditProcurementApproval)
    async def record_procurement_approval(self, event: AuditProcurementApproval) -> None:
        await self._store.add_approval(entry(ProcurementApproval, event))


class HrAudit:
    def __init__(self, store: Store) -> None:
        self._store = store

    @on_event(AuditHrApproval)
    async def record_hr_approval(self, event: AuditHrApproval) -> None:
        await self._store.add_approval(entry(HrApproval, event))


class LeasingAudit:
    def __init__(self, store: Store) -> None:
        self._store = store

    @on_event(AuditLeasingApproval)
    async def record_leasing_approval(self, event: AuditLeasingApproval) -> None:
        await self._store.add_approval(entry(LeasingApproval, event))


def entry(trail: type[Approval], event: ApprovalSubmitted) -> Approval:
    return trail(event_id=event.id, **event.model_dump(exclude={"id", "time"}))
