"""Yardi: the leasing approvals that wait for a user.

Invented: every path and field below. Yardi publishes no reference for approval workflows. Third parties' pages show
SOAP services per topic, such as `ItfILSGuestCard.asmx`, and newer REST interfaces for licensed partners: Engrain,
https://developers.unitmap.com/docs/references-api-yardi-voyager; Propexo, https://docs.propexo.com/pms-guidance/yardi.
"""

from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, Field

from eventdemo.backend.services.http import httpx, read
from eventdemo.backend.services.session import Integration, Session, TokenCache
from eventdemo.backend.services.tasks import Action, PendingTask, TaskOutcome

_SERVICE = "Yardi"
_APPROVALS = "/api/workflow/v1/approvals"


class Yardi:
    """A client for any number of organisations' Yardi Voyager."""

    def __init__(self, http: httpx.AsyncClient, *, tokens: TokenCache | None = None) -> None:
        self._session = Session(
            http,
            _SERVICE,
            token_path="/connect/token",  # noqa: S106 - a path
            scope="workflow",
            tokens=tokens or TokenCache(),
        )

    async def pending_tasks(self, integration: Integration, username: str) -> list[PendingTask]:
        path = f"{_APPROVALS}?assignee={quote(username)}&status=pending"
        response = await self._session.call(integration, "GET", path)
        return [approval.pending() for approval in read(_Approvals, _SERVICE, response).approvals]

    async def submit(self, integration: Integration, task_id: str, action: Action) -> TaskOutcome:
        """Approve or reject; raise `Rejected` if the approval is no longer pending."""
        path = f"{_APPROVALS}/{quote(task_id, safe='')}/decision"
        response = await self._session.call(integration, "POST", path, {"decision": action})
        return TaskOutcome(task_id=task_id, action=action, state=read(_Decided, _SERVICE, response).status)


class _Approval(BaseModel):
    id: str = Field(alias="approvalId")
    title: str = Field(alias="description")
    created: AwareDatetime = Field(alias="createdOn")

    def pending(self) -> PendingTask:
        return PendingTask(id=self.id, title=self.title, domain="leasing", created=self.created)


class _Approvals(BaseModel):
    approvals: list[_Approval]


class _Decided(BaseModel):
    status: str
