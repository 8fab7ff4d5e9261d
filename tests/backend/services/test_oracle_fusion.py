import httpx
import pytest

from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import (
    Employee,
    MalformedResponse,
    OracleFusion,
    RateLimited,
    Rejected,
    ServiceTimeout,
    ServiceUnavailable,
    TaskOutcome,
)
from eventdemo.backend.storage.model import ORACLE_FUSION
from mock_services import Company, Constant, FaultPlan, Faults, RateLimit
from tests.backend.services.exchange import USERS, anyone, as_pending, scripted, token, with_fakes

COMPANY = Company(USERS)
MARIGOLD = integrations(1)[ORACLE_FUSION]
PROCUREMENT = anyone(COMPANY, lambda n: len(COMPANY.pending_tasks(n, "procurement")) > 1)


def asking(question, faults=None, who=PROCUREMENT, **options):
    """Return what `question(oracle, integration, username)` returns with the fake."""

    async def ask(services, http):
        integration = integrations(who.organisation_id)[ORACLE_FUSION]
        return await question(OracleFusion(http, **options), integration, who.username)

    return with_fakes(ask, FaultPlan(oracle_fusion=faults) if faults else None, COMPANY)


def test_an_employee_has_the_name_and_job_title_of_the_hr_system():
    employee = asking(lambda oracle, *who: oracle.employee(*who))

    assert employee == Employee(
        username=PROCUREMENT.username, full_name=PROCUREMENT.full_name, job_title=PROCUREMENT.job_title
    )


def test_the_hr_system_does_not_know_a_vendor():
    vendor = anyone(COMPANY, lambda n: not COMPANY.is_employee(n))

    with pytest.raises(Rejected, match=rf"no employee with an assignment has the username '{vendor.username}'"):
        asking(lambda oracle, *who: oracle.employee(*who), who=vendor)


def test_another_organisation_s_employees_are_out_of_reach():
    stranger = COMPANY.person(2)

    async def ask(services, http):
        return await OracleFusion(http).employee(MARIGOLD, stranger.username)

    with pytest.raises(Rejected, match="no employee"):
        with_fakes(ask, company=COMPANY)


def test_another_organisation_s_tasks_are_out_of_reach():
    other = integrations(PROCUREMENT.organisation_id % 3 + 1)[ORACLE_FUSION]
    task, *_ = COMPANY.pending_tasks(PROCUREMENT.id, "procurement")

    async def ask(services, http):
        oracle = OracleFusion(http)
        with pytest.raises(Rejected, match="404"):
            await oracle.submit(other, task.id, "approve")
        return await oracle.pending_tasks(other, PROCUREMENT.username, "procurement")

    assert with_fakes(ask, company=COMPANY) == []


@pytest.mark.parametrize("how_many", [0, 1, 2])
def test_line_managers_are_those_of_the_company(how_many):
    who = anyone(COMPANY, lambda n: COMPANY.is_employee(n) and len(COMPANY.line_managers(n)) == how_many)
    expected = [COMPANY.person(n).username for n in COMPANY.line_managers(who.id)]

    managers = asking(lambda oracle, *someone: oracle.line_managers(*someone), who=who)

    assert managers == expected


def test_a_project_manager_is_not_a_line_manager():
    def row(kind, name):
        return {"ManagerType": kind, "Username": name, "DisplayName": name.title()}

    managers = {"items": [row("PROJECT_MANAGER", "basil"), row("LINE_MANAGER", "petra")]}
    assignment = {"AssignmentName": "Concierge", "managers": managers}
    worker = {"Username": "ines", "DisplayName": "Ines"}
    page = {"items": [{**worker, "assignments": {"items": [assignment]}}]}

    found, _ = scripted(
        lambda http: OracleFusion(http).line_managers(MARIGOLD, "ines"), token(), httpx.Response(200, json=page)
    )

    assert found == ["petra"]


@pytest.mark.parametrize("domain", ["procurement", "hr"])
def test_pending_tasks_are_those_of_the_company(domain):
    who = anyone(COMPANY, lambda n: COMPANY.pending_tasks(n, domain))

    tasks = asking(lambda oracle, *someone: oracle.pending_tasks(*someone, domain), who=who)

    assert tasks == as_pending(COMPANY.pending_tasks(who.id, domain))
    assert tasks[0].created.utcoffset().total_seconds() == 0


def test_a_user_without_tasks_gets_an_empty_list():
    idle = anyone(COMPANY, lambda n: not COMPANY.pending_tasks(n, "hr"))

    assert asking(lambda oracle, *who: oracle.pending_tasks(*who, "hr"), who=idle) == []


def test_all_pages_are_read():
    def page(numbers, *, more):
        tasks = [{"number": n, "title": f"task {n}", "createdDate": "2026-01-05 09:30:00"} for n in numbers]
        return httpx.Response(200, json={"items": tasks, "hasMore": more})

    tasks, seen = scripted(
        lambda http: OracleFusion(http, page_size=2).pending_tasks(MARIGOLD, "ines", "hr"),
        token(),
        page([1, 2], more=True),
        page([3, 4], more=True),
        page([5], more=False),
    )

    assert [task.id for task in tasks] == ["1", "2", "3", "4", "5"]
    assert [request.url.params["offset"] for request in seen[1:]] == ["0", "2", "4"]
    assert {request.url.params["limit"] for request in seen[1:]} == {"2"}


def test_the_fake_respects_the_page_size():
    one_by_one = asking(lambda oracle, *who: oracle.pending_tasks(*who, "procurement"), page_size=1)

    assert one_by_one == as_pending(COMPANY.pending_tasks(PROCUREMENT.id, "procurement"))
    assert len(one_by_one) > 1


def test_an_empty_page_with_has_more_raises_instead_of_looping_forever():
    empty = httpx.Response(200, json={"items": [], "hasMore": True})

    with pytest.raises(MalformedResponse, match="an empty page, although hasMore is true"):
        scripted(lambda http: OracleFusion(http).pending_tasks(MARIGOLD, "ines", "hr"), token(), empty)


def test_a_quote_in_a_name_cannot_end_the_query_early():
    no_employees = httpx.Response(200, json={"items": []})
    seen = []

    async def record(request):
        seen.append(request)

    async def question(http):
        http.event_hooks = {"request": [record]}
        with pytest.raises(Rejected):
            await OracleFusion(http).employee(MARIGOLD, "o'malley & sons")

    scripted(question, token(), no_employees)

    assert seen[-1].url.params["q"] == "Username='o''malley & sons'"


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_decided_task_is_no_longer_pending(action):
    first, *rest = COMPANY.pending_tasks(PROCUREMENT.id, "procurement")

    async def question(oracle, integration, username):
        outcome = await oracle.submit(integration, first.id, action)
        return outcome, await oracle.pending_tasks(integration, username, "procurement")

    outcome, remaining = asking(question)

    assert outcome == TaskOutcome(task_id=first.id, action=action, state="COMPLETED")
    assert remaining == as_pending(rest)


def test_deciding_twice_is_rejected():
    first, *_ = COMPANY.pending_tasks(PROCUREMENT.id, "procurement")

    async def question(oracle, integration, username):
        await oracle.submit(integration, first.id, "approve")
        with pytest.raises(Rejected, match=r"409 Conflict.*already completed") as caught:
            await oracle.submit(integration, first.id, "reject")
        return caught.value.status

    assert asking(question) == 409


@pytest.mark.parametrize("task_id", ["1", "200000", "999999999", "WF-200002", "../../secrets"])
def test_an_unknown_task_cannot_be_decided(task_id):
    with pytest.raises(Rejected, match="404 Not Found"):
        asking(lambda oracle, integration, _: oracle.submit(integration, task_id, "approve"))


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (Faults(down=True), ServiceUnavailable),
        (Faults(error_rate=1), ServiceUnavailable),
        (Faults(timeout_rate=1), ServiceTimeout),
        (Faults(latency=Constant(5_001)), ServiceTimeout),
        (Faults(malformed_rate=1), MalformedResponse),
        (Faults(rate_limit=RateLimit(1, 60)), RateLimited),
    ],
)
def test_every_fault_of_the_fake_raises_its_error(faults, error):
    with pytest.raises(error, match="Oracle Fusion failed"):
        asking(lambda oracle, *who: oracle.employee(*who), faults)
