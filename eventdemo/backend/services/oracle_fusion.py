"""Oracle Fusion: employees, their line managers, and the HR and procurement tasks that wait for them.

The paths and parameters are those of the pages cited below, and the field names those that public clients use. Two
things are invented. `userId` on the worklist: the real one lists the tasks of the token's owner, and our backend has
one token per organisation. And the manager's name in a `managers` row: a real tenant may return only `PersonId`.
"""

from datetime import UTC, datetime
from typing import Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from eventdemo.backend.services.errors import MalformedResponse, Rejected
from eventdemo.backend.services.http import httpx, name_of, read
from eventdemo.backend.services.session import Integration, Session, TokenCache
from eventdemo.backend.services.tasks import Action, PendingTask, TaskOutcome

OracleDomain = Literal["procurement", "hr"]

_SERVICE = "Oracle Fusion"
_WORKERS = "/hcmRestApi/resources/11.13.18.05/publicWorkers"
_TASKS = "/bpm/api/4.0/tasks"
_APPLICATION = {"procurement": "fscm", "hr": "hcm"}


class Employee(BaseModel):
    """An employee's profile, as the HR system has it."""

    model_config = ConfigDict(frozen=True)

    username: str
    full_name: str
    job_title: str


class OracleFusion:
    """A client for any number of organisations' Oracle Fusion.

    Tokens come from the organisation's identity domain: "Retrieve Bearer Token Using Oracle Identity Cloud Service",
    https://docs.oracle.com/en/cloud/saas/financials/25d/farfa/Retrieving_Bearer_Token_Using_IDCS.html
    """

    def __init__(self, http: httpx.AsyncClient, *, page_size: int = 25, tokens: TokenCache | None = None) -> None:
        self._page_size = page_size
        self._session = Session(
            http,
            _SERVICE,
            token_path="/oauth2/v1/token",  # noqa: S106 - a path
            scope="urn:opc:resource:consumer::all",
            headers={"REST-Framework-Version": "4"},  # from version 4 on, child collections arrive as {"items": [...]}
            tokens=tokens or TokenCache(),
        )

    async def employee(self, integration: Integration, username: str) -> Employee:
        """Return an employee's profile; raise `Rejected` if Oracle has no employee with that username.

        "REST API for Oracle Fusion Cloud HCM", Public Workers,
        https://docs.oracle.com/en/cloud/saas/human-resources/farws/api-public-workers-assignments.html
        """
        worker, assignment = await self._assignment(integration, username, expand="assignments")
        return Employee(username=worker.username, full_name=worker.full_name, job_title=assignment.name)

    async def line_managers(self, integration: Integration, username: str) -> list[str]:
        """Return the usernames of an employee's line managers, without project managers and the like.

        "REST API for Oracle Fusion Cloud HCM", Public Workers / Assignments / Managers,
        https://docs.oracle.com/en/cloud/saas/human-resources/farws/api-public-workers-assignments-managers.html
        """
        _, assignment = await self._assignment(integration, username, expand="assignments.managers")
        return [row.username for row in assignment.managers.items if row.type == "LINE_MANAGER"]

    async def pending_tasks(self, integration: Integration, username: str, domain: OracleDomain) -> list[PendingTask]:
        """Return all tasks that wait for a user's decision, page by page.

        "REST API for Oracle Fusion Cloud HCM", Retrieve List of Tasks,
        https://docs.oracle.com/en/cloud/saas/human-resources/farws/Retrieving_List_of_Tasks.html
        """
        tasks: list[PendingTask] = []
        query = f"applicationContext={_APPLICATION[domain]}&userId={quote(username)}"
        more = True
        while more:
            path = f"{_TASKS}?{query}&limit={self._page_size}&offset={len(tasks)}"
            response = await self._session.call(integration, "GET", path)
            page = read(_TaskPage, _SERVICE, response)
            tasks += [task.pending(domain) for task in page.items]
            more = page.has_more
            if more and not page.items:  # the loop would request the same page forever
                raise MalformedResponse(_SERVICE, name_of(response.request), "an empty page, although hasMore is true")
        return tasks

    async def submit(self, integration: Integration, task_id: str, action: Action) -> TaskOutcome:
        """Approve or reject a task; raise `Rejected` if it is no longer pending.

        "REST API for Oracle Fusion Cloud HCM", Perform Task Action,
        https://docs.oracle.com/en/cloud/saas/human-resources/24c/farws/Performing_Task_Action.html; the body as in
        version 3.0 of "REST API for Oracle BPM", https://docs.oracle.com/middleware/1221/bpm/bpm-rest-api-ref/op-tasks-put.html
        """
        path = f"{_TASKS}/{quote(task_id, safe='')}"
        response = await self._session.call(integration, "PUT", path, {"action": {"id": action.upper()}})
        return TaskOutcome(task_id=task_id, action=action, state=read(_TaskState, _SERVICE, response).state)

    async def _assignment(self, integration: Integration, username: str, expand: str) -> "tuple[_Worker, _Assignment]":
        name = quote(username.replace("'", "''"))  # a quote inside a quoted `q` value is doubled, as in SQL
        path = f"{_WORKERS}?q=Username='{name}'&expand={expand}&onlyData=true&limit=1"
        response = await self._session.call(integration, "GET", path)
        for worker in read(_WorkerPage, _SERVICE, response).items:
            for assignment in worker.assignments.items:
                return worker, assignment
        cause = f"no employee with an assignment has the username {username!r}"
        raise Rejected(_SERVICE, name_of(response.request), cause, response.status_code, response.text)


Item = TypeVar("Item", bound=BaseModel)


class _Page(BaseModel, Generic[Item]):
    """Oracle's wrapper of every list, at the top level and inside an item."""

    items: list[Item]
    has_more: bool = Field(alias="hasMore", default=False)


class _Manager(BaseModel):
    username: str = Field(alias="Username")
    type: str = Field(alias="ManagerType")


class _Assignment(BaseModel):
    name: str = Field(alias="AssignmentName")
    managers: _Page[_Manager] = _Page(items=[])


class _Worker(BaseModel):
    username: str = Field(alias="Username")
    full_name: str = Field(alias="DisplayName")
    assignments: _Page[_Assignment]


class _Task(BaseModel):
    number: int
    title: str
    created: datetime = Field(alias="createdDate")  # "2026-01-05 09:30:00", without a zone; we assume UTC

    def pending(self, domain: OracleDomain) -> PendingTask:
        created = self.created.replace(tzinfo=UTC)
        return PendingTask(id=str(self.number), title=self.title, domain=domain, created=created)


# Named once, because to parametrise a generic model on every call costs as much as to parse a page.
_TaskPage = _Page[_Task]
_WorkerPage = _Page[_Worker]


class _TaskState(BaseModel):
    state: str
