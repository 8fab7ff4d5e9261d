"""A fake Oracle Fusion: people and their managers, and a worklist from which decided tasks disappear.

`eventdemo/backend/services/oracle_fusion.py` says which of its paths and fields are Oracle's own.
"""

import re
from typing import Literal

from pydantic import BaseModel

from mock_services.approval_tasks import ApprovalTask, TaskDomain
from mock_services.fake import GuardedFake
from mock_services.faults import Faults
from mock_services.http import httpx
from mock_services.organisations import Organisation
from mock_services.people import Company, Person
from mock_services.responses import answer, failure

_WORKERS = "/hcmRestApi/resources/11.13.18.05/publicWorkers"
_TASKS = "/bpm/api/4.0/tasks"
_DOMAINS: dict[str, TaskDomain] = {"fscm": "procurement", "hcm": "hr"}
_BY_USERNAME = re.compile(r"Username='((?:[^']|'')*)'")


class FakeOracleFusion(GuardedFake):
    """Oracle Fusion for all organisations of a company."""

    def __init__(self, company: Company, faults: Faults, seed: int) -> None:
        super().__init__(company, "oracle_fusion", faults, seed)
        # The busiest route first: respx tries them in this order.
        self._route("GET", self._guarded(self._list_tasks), path=_TASKS)
        self._route("GET", self._guarded(self._list_workers), path=_WORKERS)
        self._route("PUT", self._guarded(self._decide), path__startswith=f"{_TASKS}/")
        self._route_tokens("/oauth2/v1/token")
        self._route_the_rest()

    def _list_tasks(self, request: httpx.Request, organisation: Organisation) -> httpx.Response:
        asked = request.url.params
        domain = _DOMAINS.get(asked.get("applicationContext", ""))
        if domain is None:
            return failure(request, 400, "applicationContext must be fscm or hcm")
        tasks = self._pending(asked.get("userId", ""), domain, organisation)
        limit, offset = _page(asked)
        items = [_task(task, asked["applicationContext"]) for task in tasks[offset : offset + limit]]
        return answer(request, _list(items, more=offset + limit < len(tasks)))

    def _decide(self, request: httpx.Request, organisation: Organisation) -> httpx.Response:
        task_id = request.url.path.rpartition("/")[2]
        if not self._exists(task_id, _DOMAINS.values(), organisation):
            return failure(request, 404, f"task {task_id} not found")
        if task_id in self.decided:
            return failure(request, 409, f"task {task_id} is already completed")
        action = _Decision.model_validate_json(request.content).action.id
        self.decided[task_id] = action
        return answer(request, {"number": int(task_id), "state": "COMPLETED", "outcomeName": action})

    def _list_workers(self, request: httpx.Request, organisation: Organisation) -> httpx.Response:
        query = _BY_USERNAME.fullmatch(request.url.params.get("q", ""))
        if query is None:
            return failure(request, 400, "this fake understands no other q than Username='...'")
        n = self._company.number(query[1].replace("''", "'"))
        if n is None or not self._company.is_employee(n) or self._company.organisation(n) is not organisation:
            return answer(request, _list([]))
        expand = request.url.params.get("expand", "")
        return answer(request, _list([self._worker(self._company.person(n), expand)]))

    def _worker(self, employee: Person, expand: str) -> dict[str, object]:
        assignment: dict[str, object] = {"AssignmentName": employee.job_title}
        if expand == "assignments.managers":
            assignment["managers"] = _list([self._manager(n) for n in self._company.line_managers(employee.id)])
        return {
            **_person(employee),
            **({"assignments": _list([assignment])} if expand.startswith("assignments") else {}),
        }

    def _manager(self, n: int) -> dict[str, object]:
        return {"ManagerType": "LINE_MANAGER", **_person(self._company.person(n))}


def _person(employee: Person) -> dict[str, object]:
    return {
        "PersonId": 300_000_000_000_000 + employee.id,
        "Username": employee.username,
        "DisplayName": employee.full_name,
    }


def _task(task: ApprovalTask, context: str) -> dict[str, object]:
    return {
        "number": int(task.id),
        "title": task.title,
        "state": "ASSIGNED",
        "applicationContext": context,
        "createdDate": task.created.isoformat(" ")[:19],
    }


def _list(items: list[dict[str, object]], *, more: bool = False) -> dict[str, object]:
    return {"items": items, "count": len(items), "hasMore": more}


def _page(asked: httpx.QueryParams) -> tuple[int, int]:
    limit, offset = asked.get("limit", "25"), asked.get("offset", "0")
    return (int(limit), int(offset)) if limit.isdecimal() and offset.isdecimal() else (25, 0)


class _Action(BaseModel):
    id: Literal["APPROVE", "REJECT"]


class _Decision(BaseModel):
    action: _Action
