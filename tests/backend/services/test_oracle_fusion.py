import json

import httpx
import pytest

from eventdemo.backend.services import (
    LineManager,
    MalformedResponse,
    OracleFusion,
    RateLimited,
    Rejected,
    ServiceTimeout,
    ServiceUnavailable,
    TaskOutcome,
    Worker,
)
from mock_services import Company, Constant, FaultPlan, Faults, RateLimit, organisations
from tests.backend.services.exchange import USERS, anyone, scripted, token, with_fakes

COMPANY = Company(USERS)
MARIGOLD = organisations.integrations_of(1).oracle_fusion
PROCUREMENT = anyone(COMPANY, lambda n: len(COMPANY.pending_tasks(n, "procurement")) > 1)


def asking(question, faults=None, who=PROCUREMENT, **options):
    """Answer `question(oracle, integration, username)` with the fake."""

    async def ask(services, http):
        integration = services.integrations(who.organisation_id).oracle_fusion
        return await question(OracleFusion(http, **options), integration, who.username)

    return with_fakes(ask, FaultPlan(oracle_fusion=faults) if faults else None, COMPANY)


def test_a_worker_is_who_the_hr_system_says_they_are():
    worker = asking(lambda oracle, *who: oracle.worker(*who))

    assert worker == Worker(
        username=PROCUREMENT.username,
        person_number=PROCUREMENT.person_number,
        full_name=PROCUREMENT.full_name,
        email=PROCUREMENT.email,
        job_title=PROCUREMENT.job_title,
        hired=PROCUREMENT.hired,
    )


def test_a_vendor_is_nobody_to_the_hr_system():
    vendor = anyone(COMPANY, lambda n: not COMPANY.is_employee(n))

    with pytest.raises(Rejected, match=rf"nobody with an assignment has the username '{vendor.username}'"):
        asking(lambda oracle, *who: oracle.worker(*who), who=vendor)


def test_another_organisation_s_employees_are_out_of_reach():
    stranger = COMPANY.employee(2)

    async def ask(services, http):
        return await OracleFusion(http).worker(MARIGOLD, stranger.username)

    with pytest.raises(Rejected, match="nobody"):
        with_fakes(ask, company=COMPANY)


def test_another_organisation_s_tasks_are_out_of_reach():
    other = organisations.integrations_of(PROCUREMENT.organisation_id % 3 + 1).oracle_fusion
    task, *_ = COMPANY.pending_tasks(PROCUREMENT.id, "procurement")

    async def ask(services, http):
        oracle = OracleFusion(http)
        with pytest.raises(Rejected, match="404"):
            await oracle.submit(other, task.id, "approve")
        return await oracle.pending_tasks(other, PROCUREMENT.username, "procurement")

    assert with_fakes(ask, company=COMPANY) == []


@pytest.mark.parametrize("how_many", [0, 1, 2])
def test_line_managers_are_the_ones_in_the_tree(how_many):
    who = anyone(COMPANY, lambda n: COMPANY.is_employee(n) and len(COMPANY.line_managers(n)) == how_many)
    expected = [COMPANY.employee(n) for n in COMPANY.line_managers(who.id)]

    managers = asking(lambda oracle, *someone: oracle.line_managers(*someone), who=who)

    assert [(m.username, m.person_number, m.full_name) for m in managers] == [
        (m.username, m.person_number, m.full_name) for m in expected
    ]


def test_a_project_manager_is_not_a_line_manager():
    def row(kind, name):
        return {"ManagerType": kind, "Username": name, "PersonNumber": "1", "DisplayName": name.title()}

    managers = {"items": [row("PROJECT_MANAGER", "basil"), row("LINE_MANAGER", "petra")]}
    assignment = {"AssignmentName": "Concierge", "StartDate": "2020-02-29", "managers": managers}
    worker = {"Username": "ines", "PersonNumber": "2", "DisplayName": "Ines", "WorkEmail": "ines@x.example"}
    page = {"items": [{**worker, "assignments": {"items": [assignment]}}]}

    found, _ = scripted(
        lambda http: OracleFusion(http).line_managers(MARIGOLD, "ines"), token(), httpx.Response(200, json=page)
    )

    assert found == [LineManager(username="petra", person_number="1", full_name="Petra")]


@pytest.mark.parametrize("domain", ["procurement", "hr"])
def test_pending_tasks_are_what_lies_on_the_desk(domain):
    who = anyone(COMPANY, lambda n: COMPANY.pending_tasks(n, domain))

    tasks = asking(lambda oracle, *someone: oracle.pending_tasks(*someone, domain), who=who)

    assert tuple(tasks) == COMPANY.pending_tasks(who.id, domain)
    assert tasks[0].created.utcoffset().total_seconds() == 0


def test_an_empty_desk_is_an_empty_list():
    idle = anyone(COMPANY, lambda n: not COMPANY.pending_tasks(n, "hr"))

    assert asking(lambda oracle, *who: oracle.pending_tasks(*who, "hr"), who=idle) == []


def test_paging_is_followed_to_the_end():
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


def test_the_fake_pages_as_the_client_asks():
    one_by_one = asking(lambda oracle, *who: oracle.pending_tasks(*who, "procurement"), page_size=1)

    assert tuple(one_by_one) == COMPANY.pending_tasks(PROCUREMENT.id, "procurement")
    assert len(one_by_one) > 1


def test_an_empty_page_that_promises_more_is_not_asked_for_for_ever():
    empty = httpx.Response(200, json={"items": [], "hasMore": True})

    with pytest.raises(MalformedResponse, match="an empty page that promises more"):
        scripted(lambda http: OracleFusion(http).pending_tasks(MARIGOLD, "ines", "hr"), token(), empty)


def test_a_quote_in_a_name_cannot_end_the_query_early():
    nobody = httpx.Response(200, json={"items": []})
    seen = []

    async def record(request):
        seen.append(request)

    async def question(http):
        http.event_hooks = {"request": [record]}
        with pytest.raises(Rejected):
            await OracleFusion(http).worker(MARIGOLD, "o'malley & sons")

    scripted(question, token(), nobody)

    assert seen[-1].url.params["q"] == "Username='o''malley & sons'"


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_decided_task_leaves_the_desk(action):
    first, *rest = COMPANY.pending_tasks(PROCUREMENT.id, "procurement")

    async def question(oracle, integration, username):
        outcome = await oracle.submit(integration, first.id, action)
        return outcome, await oracle.pending_tasks(integration, username, "procurement")

    outcome, remaining = asking(question)

    assert outcome == TaskOutcome(task_id=first.id, action=action, state="COMPLETED")
    assert remaining == rest


def test_deciding_twice_is_rejected():
    first, *_ = COMPANY.pending_tasks(PROCUREMENT.id, "procurement")

    async def question(oracle, integration, username):
        await oracle.submit(integration, first.id, "approve")
        with pytest.raises(Rejected, match=r"409 Conflict.*already completed") as caught:
            await oracle.submit(integration, first.id, "reject")
        return caught.value.status

    assert asking(question) == 409


@pytest.mark.parametrize("task_id", ["1", "200000", "999999999", "WF-200002", "../../secrets"])
def test_a_task_that_never_was_cannot_be_decided(task_id):
    with pytest.raises(Rejected, match="404 Not Found"):
        asking(lambda oracle, integration, _: oracle.submit(integration, task_id, "approve"))


@pytest.mark.parametrize(("comment", "sent"), [("", None), ("fine by me", "fine by me")])
def test_a_comment_is_sent_only_when_there_is_one(comment, sent):
    done = httpx.Response(200, json={"state": "COMPLETED"})

    _, seen = scripted(lambda http: OracleFusion(http).submit(MARIGOLD, "7", "reject", comment), token(), done)

    body = json.loads(seen[-1].content)
    assert body["action"] == {"id": "REJECT"}
    assert body.get("comment", {}).get("commentStr") == sent


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
def test_every_fault_of_the_fake_arrives_as_its_error(faults, error):
    with pytest.raises(error, match="Oracle Fusion failed"):
        asking(lambda oracle, *who: oracle.worker(*who), faults)
