import pytest

from mock_services import Company
from mock_services.approval_tasks import desk_of

COMPANY = Company(500)


@pytest.mark.parametrize("domain", ["procurement", "hr", "leasing"])
def test_a_task_s_id_leads_back_to_the_desk_it_lies_on(domain):
    for n in range(1, 501):
        for task in COMPANY.pending_tasks(n, domain):
            assert desk_of(task.id) == (n, domain)


@pytest.mark.parametrize("task_id", ["", "WF-", "seven", "-200001", "199999", "\uff12\uff10\uff10\uff10\uff10\uff11"])
def test_an_id_that_is_no_id_leads_nowhere(task_id):
    assert desk_of(task_id) is None
