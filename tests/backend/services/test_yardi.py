import pytest

from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import Rejected, ServiceUnavailable, TaskOutcome, Yardi
from eventdemo.backend.storage.model import YARDI
from mock_services import Company, FaultPlan, Faults
from tests.backend.services.exchange import USERS, anyone, as_pending, with_fakes

COMPANY = Company(USERS)
BUSY = anyone(COMPANY, lambda n: len(COMPANY.pending_tasks(n, "leasing")) > 1)


def asking(question, faults=None, who=BUSY):
    async def ask(services, http):
        return await question(Yardi(http), integrations(who.organisation_id)[YARDI], who.username)

    return with_fakes(ask, faults, COMPANY)


def test_pending_tasks_are_the_user_s_leasing_approvals():
    tasks = asking(lambda yardi, *who: yardi.pending_tasks(*who))

    assert tasks == as_pending(COMPANY.pending_tasks(BUSY.id, "leasing"))


@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_a_decided_approval_is_no_longer_pending(action, state):
    first, *rest = COMPANY.pending_tasks(BUSY.id, "leasing")

    async def question(yardi, integration, username):
        outcome = await yardi.submit(integration, first.id, action)
        return outcome, await yardi.pending_tasks(integration, username)

    outcome, remaining = asking(question)

    assert outcome == TaskOutcome(task_id=first.id, action=action, state=state)
    assert remaining == as_pending(rest)


def test_deciding_twice_is_rejected():
    first, *_ = COMPANY.pending_tasks(BUSY.id, "leasing")

    async def question(yardi, integration, _):
        await yardi.submit(integration, first.id, "approve")
        await yardi.submit(integration, first.id, "approve")

    with pytest.raises(Rejected, match=f"409 Conflict.*{first.id} is already approved"):
        asking(question)


@pytest.mark.parametrize("task_id", ["WF-1", "WF-200000", "hello", "a/b"])
def test_an_unknown_approval_cannot_be_decided(task_id):
    with pytest.raises(Rejected, match="404 Not Found"):
        asking(lambda yardi, integration, _: yardi.submit(integration, task_id, "approve"))


def test_another_organisation_s_approvals_are_out_of_reach():
    other = BUSY.organisation_id % 3 + 1

    task, *_ = COMPANY.pending_tasks(BUSY.id, "leasing")

    async def question(services, http):
        yardi, integration = Yardi(http), integrations(other)[YARDI]
        with pytest.raises(Rejected, match="404"):
            await yardi.submit(integration, task.id, "approve")
        return await yardi.pending_tasks(integration, BUSY.username)

    assert with_fakes(question, company=COMPANY) == []


def test_yardi_has_its_own_faults():
    with pytest.raises(ServiceUnavailable, match=r"Yardi failed POST /connect/token: 503"):
        asking(lambda yardi, *who: yardi.pending_tasks(*who), FaultPlan(yardi=Faults(down=True)))
