import tracemalloc

import pytest

from mock_services import Company
from mock_services.people import _person

COMPANY = Company(5000)
EVERYBODY = list(COMPANY.people())


def test_the_same_seed_gives_the_same_people_whatever_the_size_of_the_company():
    assert [Company(10**9, seed=3).person(n) for n in (1, 77, 4000)] == [
        Company(5000, seed=3).person(n) for n in (1, 77, 4000)
    ]


def test_another_seed_gives_other_people():
    assert Company(50, seed=1).person(7).full_name != Company(50, seed=2).person(7).full_name


def test_nobody_is_computed_before_they_are_asked_for():
    _person.cache_clear()
    tracemalloc.start()
    company = Company(1_000_000)
    last = company.person(1_000_000)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert last.id == 1_000_000
    assert peak < 200_000


def test_reading_everybody_remembers_a_bounded_number():
    for _ in Company(20_000, seed=9).people():
        pass

    assert _person.cache_info().currsize <= 4096


def test_a_username_leads_back_to_its_owner():
    assert all(COMPANY.number(person.username) == person.id for person in EVERYBODY)


@pytest.mark.parametrize("username", ["", "nobody", "ines.quill.", "ines.quill.0", "ines.quill.7", "x.5001", "x.³"])
def test_a_username_nobody_has_leads_nowhere(username):
    assert COMPANY.number(username) is None


def test_usernames_are_unique():
    assert len({person.username for person in EVERYBODY}) == len(EVERYBODY)


def test_managers_form_a_tree_with_number_one_at_the_top():
    for person in EVERYBODY:
        managers = COMPANY.line_managers(person.id)
        assert all(manager < person.id for manager in managers)
        assert bool(managers) == (person.user_type == "EMPLOYEE" and person.id > 1)
    assert COMPANY.person(1).line_managers == ()


def test_the_way_to_the_top_is_short():
    def height(n):
        return 0 if n == 1 else 1 + height(COMPANY.line_managers(n)[0])

    assert max(height(person.id) for person in EVERYBODY if person.user_type == "EMPLOYEE") < 12


def test_managers_are_employees_of_the_same_organisation_or_number_one():
    for person in EVERYBODY:
        for manager in COMPANY.line_managers(person.id):
            assert COMPANY.is_employee(manager)
            assert manager == 1 or COMPANY.organisation(manager) is COMPANY.organisation(person.id)


def test_some_people_have_two_line_managers():
    shared = sum(len(person.line_managers) == 2 for person in EVERYBODY) / len(EVERYBODY)

    assert 0.05 < shared < 0.12


def test_about_one_in_25_is_a_vendor():
    vendors = [person for person in EVERYBODY if person.user_type == "VENDOR"]

    assert 0.03 < len(vendors) / len(EVERYBODY) < 0.05
    assert all(COMPANY.person(n).user_type == "EMPLOYEE" for n in (1, 2, 3))


def test_everybody_has_at_most_three_devices_and_most_have_one():
    counts = [len(person.devices) for person in EVERYBODY]

    assert {0, 1, 2, 3} == set(counts)
    assert counts.count(1) > len(counts) / 2


def test_a_device_is_found_by_its_token():
    for person in EVERYBODY[:200]:
        for device in person.devices:
            assert COMPANY.device(device.token) == device


@pytest.mark.parametrize(
    "token", ["", "hello", "dn0:APA91b0000000000000", "d1n0:APA91b0000000000000", "d999999n0:APA91b0000000000000"]
)
def test_a_made_up_token_is_no_device(token):
    assert COMPANY.device(token) is None


@pytest.mark.parametrize("domain", ["procurement", "hr", "leasing"])
def test_desks_are_mostly_empty_and_hold_three_tenths_of_a_task_on_average(domain):
    desks = [len(COMPANY.pending_tasks(person.id, domain)) for person in EVERYBODY]

    assert 0.25 < sum(desks) / len(desks) < 0.35
    assert desks.count(0) > desks.count(1) > desks.count(2) > desks.count(3) > 0


def test_vendors_approve_nothing():
    vendor = next(person.id for person in EVERYBODY if person.user_type == "VENDOR")

    assert COMPANY.pending_tasks(vendor, "procurement") == COMPANY.pending_tasks(vendor, "hr") == ()


def test_no_two_tasks_share_an_id():
    ids = [
        task.id
        for person in EVERYBODY
        for domain in ("procurement", "hr", "leasing")
        for task in COMPANY.pending_tasks(person.id, domain)
    ]

    assert len(set(ids)) == len(ids) > 1000


@pytest.mark.parametrize("n", [0, -1, 5001])
def test_a_number_that_is_nobody_s_is_refused_in_a_sentence(n):
    with pytest.raises(ValueError, match=f"There is no user {n}: this company numbers its users from 1 to 5000"):
        COMPANY.person(n)


def test_a_company_of_nobody_is_refused():
    with pytest.raises(ValueError, match="A company needs at least one user, not 0"):
        Company(0)


def test_a_company_of_one_is_its_chief():
    chief = Company(1).person(1)

    assert (chief.job_title, chief.user_type, chief.line_managers) == ("Chief Executive", "EMPLOYEE", ())
