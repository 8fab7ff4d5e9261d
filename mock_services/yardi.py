"""A fake Yardi: leasing approvals, which disappear once they are decided. Its paths and fields are invented."""

from typing import Literal

from pydantic import BaseModel

from mock_services.fake import GuardedFake
from mock_services.faults import Faults
from mock_services.http import httpx
from mock_services.organisations import Organisation
from mock_services.people import Company
from mock_services.responses import answer, failure

_APPROVALS = "/api/workflow/v1/approvals"
_STATUS = {"approve": "approved", "reject": "rejected"}


class FakeYardi(GuardedFake):
    """Yardi for all organisations of a company."""

    def __init__(self, company: Company, faults: Faults, seed: int) -> None:
        super().__init__(company, "yardi", faults, seed)
        self._route("GET", self._guarded(self._list_approvals), path=_APPROVALS)
        self._route("POST", self._guarded(self._decide), path__startswith=f"{_APPROVALS}/")
        self._route_tokens("/connect/token")
        self._route_the_rest()

    def _list_approvals(self, request: httpx.Request, organisation: Organisation) -> httpx.Response:
        approvals = [
            {"approvalId": task.id, "description": task.title, "createdOn": task.created.isoformat()}
            for task in self._pending(request.url.params.get("assignee", ""), "leasing", organisation)
        ]
        return answer(request, {"approvals": approvals})

    def _decide(self, request: httpx.Request, organisation: Organisation) -> httpx.Response:
        task_id = request.url.path.removeprefix(f"{_APPROVALS}/").removesuffix("/decision")
        if not self._exists(task_id, ["leasing"], organisation):
            return failure(request, 404, f"approval {task_id} not found")
        if task_id in self.decided:
            return failure(request, 409, f"approval {task_id} is already {self.decided[task_id]}")
        status = _STATUS[_Decision.model_validate_json(request.content).decision]
        self.decided[task_id] = status
        return answer(request, {"approvalId": task_id, "status": status})


class _Decision(BaseModel):
    decision: Literal["approve", "reject"]
