"""Pattern 4: what the external system accepted is in one trail, once; and no trail can take an approval back."""

import asyncio

import pytest

from eventdemo.backend.events import AuditHrApproval, AuditLeasingApproval, AuditProcurementApproval
from eventdemo.backend.patterns.audit import EVENTS
from eventdemo.backend.services import Rejected, ServiceUnavailable
from eventdemo.backend.storage.model import HrApproval, LeasingApproval, ProcurementApproval
from eventdemo.backend.storage.store import Store
from mock_services import FaultPlan, Faults
from tests.backend.patterns.office import in_the_office, play

TRAILS = {"procurement": ProcurementApproval, "hr": HrApproval, "leasing": LeasingApproval}
DOMAINS = list(TRAILS)
DOWN = FaultPlan(oracle_fusion=Faults(down=True), yardi=Faults(down=True))


class FullDisk(Store):
    async def add_approval(self, entry):
        raise OSError("no space left on device")


class SlowDisk(Store):
    async def add_approval(self, entry):
        await asyncio.sleep(3)
        return await super().add_approval(entry)


def task_of(office, domain):
    user = office.with_task(domain)
    return user, office.company.pending_tasks(user, domain)[0].id


async def lines(office):
    return {domain: list(await office.store.approvals(trail)) for domain, trail in TRAILS.items()}


@pytest.mark.parametrize("action", ["approve", "reject"])
@pytest.mark.parametrize("domain", DOMAINS)
@in_the_office(store=SlowDisk)
async def test_when_an_approval_returns_its_line_is_in_its_own_domain_s_trail(office, domain, action):
    user, task = task_of(office, domain)

    outcome = await office.backend.approvals.submit(domain, user, task, action)

    assert (outcome.task_id, outcome.action) == (task, action)
    trails = await lines(office)
    (line,) = trails.pop(domain)
    assert (line.user_id, line.task_id, line.action) == (user, task, action)
    assert (line.feature_module, line.sub_module, line.sub_module_external_id) == (domain, f"{domain}-approvals", task)
    assert list(trails.values()) == [[], []]


@pytest.mark.parametrize("domain", DOMAINS)
@in_the_office()
async def test_an_approval_is_one_event_under_its_domain_s_name(office, domain):
    user, task = task_of(office, domain)

    await office.backend.approvals.submit(domain, user, task, "approve")

    assert office.diary.names() == [f"audit.{domain}.approval"]


@pytest.mark.parametrize("domain", DOMAINS)
@in_the_office()
async def test_an_approval_reaches_the_system_that_asked_for_it(office, domain):
    user, task = task_of(office, domain)

    await office.backend.approvals.submit(domain, user, task, "approve")

    oracle, yardi = office.services.oracle_fusion.decided, office.services.yardi.decided
    assert (list(oracle), list(yardi)) == (([], [task]) if domain == "leasing" else ([task], []))


@pytest.mark.parametrize("domain", DOMAINS)
@in_the_office()
async def test_what_the_external_system_refuses_leaves_no_line(office, domain):
    user, task = task_of(office, domain)
    await office.backend.approvals.submit(domain, user, task, "approve")

    with pytest.raises(Rejected, match="already"):
        await office.backend.approvals.submit(domain, user, task, "approve")

    assert [line.task_id for line in (await lines(office))[domain]] == [task]


@pytest.mark.parametrize("domain", DOMAINS)
@in_the_office(faults=DOWN)
async def test_an_approval_that_the_service_never_received_leaves_no_line_and_no_event(office, domain):
    with pytest.raises(ServiceUnavailable):
        await office.backend.approvals.submit(domain, *task_of(office, domain), "approve")

    assert office.diary.events == []
    assert await lines(office) == {domain: [] for domain in DOMAINS}


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_failing_audit_fails_no_approval_and_is_logged(domain, caplog):
    async def scene(office):
        user, task = task_of(office, domain)
        outcome = await office.backend.approvals.submit(domain, user, task, "approve")
        assert outcome.task_id == task

    play(scene, store=FullDisk)

    (record,) = caplog.records
    assert record.getMessage() == f"listener record_{domain}_approval of 'audit.{domain}.approval' failed"
    assert str(record.exc_info[1]) == "no space left on device"


@pytest.mark.parametrize("domain", DOMAINS)
@in_the_office()
async def test_an_event_that_is_delivered_twice_is_written_once(office, domain):
    event = EVENTS[domain](
        user_id=7,
        task_id="t-1",
        action="approve",
        feature_module=domain,
        sub_module="desk",
        sub_module_external_id="9",
    )

    await asyncio.gather(*(office.bus.emit_async(event) for _ in range(3)))

    assert [line.event_id for line in (await lines(office))[domain]] == [event.id]


@in_the_office()
async def test_two_approvals_are_two_lines_oldest_first(office):
    user = office.with_task("procurement", "hr")
    first, second = (office.company.pending_tasks(user, domain)[0].id for domain in ("procurement", "hr"))
    submit = office.backend.approvals.submit

    await submit("procurement", user, first, "approve")
    await submit("hr", user, second, "reject")

    assert [(domain, [line.action for line in trail]) for domain, trail in (await lines(office)).items()] == [
        ("procurement", ["approve"]),
        ("hr", ["reject"]),
        ("leasing", []),
    ]


@in_the_office()
async def test_without_its_audit_module_an_approval_still_goes_through(office):
    user, task = task_of(office, "hr")
    office.bus.remove_all_listeners(AuditHrApproval.name)

    await office.backend.approvals.submit("hr", user, task, "approve")

    assert (await lines(office))["hr"] == []


def test_each_domain_has_an_event_of_its_own():
    assert {
        "procurement": AuditProcurementApproval,
        "hr": AuditHrApproval,
        "leasing": AuditLeasingApproval,
    } == EVENTS
