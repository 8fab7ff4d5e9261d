import tracemalloc

import pytest

from mock_services import Company
from mock_services.people import _person

COMPANY = Company(5000)
PEOPLE = list(COMPANY.people())


def test_the_same_seed_gives_the_same_people_whatever_the_size_of_the_company():
    assert [Company(10**9, seed=3).person(n) for n in (1, 77, 4000)] == [
        Company(5000, seed=3).person(n) for n in (1, 77, 4000)
    ]


def test_another_seed_gives_other_people():
    assert Company(50, seed=1).person(7).full_name != Company(50, seed=2).person(7).full_name


def test_a_person_is_computed_on_request_only():
    _person.cache_clear()
    tracemalloc.start()
    company = Company(1_000_000)
    last = company.person(1_000_000)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert last.id == 1_000_000
    assert peak < 200_000


def test_the_cache_of_people_is_bounded():
    for _ in Company(20_000, seed=9).people():
        pass

    assert _person.cache_info().currsize <= 4096


def test_a_username_gives_its_owner_s_number():
    assert all(COMPANY.number(person.username) == person.id for person in PEOPLE)


@pytest.mark.parametrize("username", ["", "unknown", "ines.quill.", "ines.quill.0", "ines.quill.7", "x.5001", "x.³"])
def test_an_unknown_username_gives_no_number(username):
    assert COMPANY.number(username) is None


def test_usernames_are_unique():
    assert len({person.username for person in PEOPLE}) == len(PEOPLE)


def test_managers_form_a_tree_with_number_one_at_the_top():
    for person in PEOPLE:
        managers = COMPANY.line_managers(person.id)
        assert all(manager < person.id for manager in managers)
        assert bool(managers) == (person.user_type == "EMPLOYEE" and person.id > 1)
    assert COMPANY.person(1).line_managers == ()


def test_the_way_to_the_top_is_short():
    def height(n):
        return 0 if n == 1 else 1 + height(COMPANY.line_managers(n)[0])

    assert max(height(person.id) for person in PEOPLE if person.user_type == "EMPLOYEE") < 12


def test_managers_are_employees_of_the_same_organisation_or_number_one():
    for person in PEOPLE:
        for manager in COMPANY.line_managers(person.id):
            assert COMPANY.is_employee(manager)
            assert manager == 1 or COMPANY.organisation(manager) is COMPANY.organisation(person.id)


def test_some_people_have_two_line_managers():
    shared = sum(len(person.line_managers) == 2 for person in PEOPLE) / len(PEOPLE)

    assert 0.05 < shared < 0.12


def test_about_one_in_25_is_a_vendor():
    vendors = [person for person in PEOPLE if person.user_type == "VENDOR"]

    assert 0.03 < len(vendors) / len(PEOPLE) < 0.05
    assert all(COMPANY.person(n).user_type == "EMPLOYEE" for n in (1, 2, 3))


def test_people_have_at_most_three_devices_and_most_have_one():
    counts = [len(person.devices) for person in PEOPLE]

    assert {0, 1, 2, 3} == set(counts)
    assert counts.count(1) > len(counts) / 2


def test_a_device_is_found_by_its_token():
    for person in PEOPLE[:200]:
        for device in person.devices:
            assert COMPANY.device(device.token) == device


@pytest.mark.parametrize(
    "token", ["", "hello", "dn0:APA91b0000000000000", "d1n0:APA91b0000000000000", "d999999n0:APA91b0000000000000"]
)
def test_a_made_up_token_is_no_device(token):
    assert COMPANY.device(token) is None


@pytest.mark.parametrize("domain", ["procurement", "hr", "leasing"])
def test_most_users_have_no_task_and_the_average_is_three_tenths(domain):
    desks = [len(COMPANY.pending_tasks(person.id, domain)) for person in PEOPLE]

    assert 0.25 < sum(desks) / len(desks) < 0.35
    assert desks.count(0) > desks.count(1) > desks.count(2) > desks.count(3) > 0


def test_vendors_approve_nothing():
    vendor = next(person.id for person in PEOPLE if person.user_type == "VENDOR")

    assert COMPANY.pending_tasks(vendor, "procurement") == COMPANY.pending_tasks(vendor, "hr") == ()


def test_no_two_tasks_share_an_id():
    ids = [
        task.id
        for person in PEOPLE
        for domain in ("procurement", "hr", "leasing")
        for task in COMPANY.pending_tasks(person.id, domain)
    ]

    assert len(set(ids)) == len(ids) > 1000


@pytest.mark.parametrize("n", [0, -1, 5001])
def test_a_number_without_a_user_raises_a_clear_error(n):
    with pytest.raises(ValueError, match=f"There is no user {n}: this company numbers its users from 1 to 5000"):
        COMPANY.person(n)


def test_a_company_without_users_is_rejected():
    with pytest.raises(ValueError, match="A company needs at least one user, not 0"):
        Company(0)


def test_a_company_of_one_consists_of_its_chief():
    chief = Company(1).person(1)

    assert (chief.job_title, chief.user_type, chief.line_managers) == ("Chief Executive", "EMPLOYEE", ())
