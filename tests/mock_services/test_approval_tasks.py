import pytest

from mock_services import Company
from mock_services.approval_tasks import assignee_of

COMPANY = Company(500)


@pytest.mark.parametrize("domain", ["procurement", "hr", "leasing"])
def test_a_task_s_id_gives_its_assignee_and_domain(domain):
    for n in range(1, 501):
        for task in COMPANY.pending_tasks(n, domain):
            assert assignee_of(task.id) == (n, domain)


@pytest.mark.parametrize("task_id", ["", "WF-", "seven", "-200001", "199999", "\uff12\uff10\uff10\uff10\uff10\uff11"])
def test_an_invalid_id_gives_no_assignee(task_id):
    assert assignee_of(task_id) is None
