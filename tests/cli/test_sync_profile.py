"""`eventdemo sync-profile`: the fifth caller, on the command line."""

import pytest

from eventdemo.backend.demo.local import open_database
from mock_services import Company

VENDOR = next(n for n in range(1, 51) if not Company(50).is_employee(n))


def test_a_synced_profile_is_one_line(eventdemo):
    said = eventdemo("sync-profile", 7)

    assert (said.code, said.err) == (0, "")
    person = Company(50).person(7)
    assert said.out == (
        f"{person.username}: {person.full_name}, {person.job_title}, reports to {person.line_managers[0]}; "
        f"notifications so far: 1.\n"
    )


def test_a_database_in_a_file_remembers_notifications(eventdemo, tmp_path):
    options = ("--users", 3, "--database", f"sqlite:///{tmp_path / 'company.db'}")

    first, second = (eventdemo("sync-profile", 1, *options) for _ in range(2))

    assert "has no line manager" in first.out
    assert first == second


@pytest.mark.parametrize("user_id", [51, 0, 10**30])
def test_an_unknown_user_is_one_line(eventdemo, user_id):
    eventdemo("sync-profile", user_id).refused(f"There is no user {user_id}.")


def test_a_negative_number_is_an_unknown_user(eventdemo):
    eventdemo("sync-profile", "--", "-1").refused("There is no user -1.")


def test_a_vendor_has_no_profile(eventdemo):
    eventdemo("sync-profile", VENDOR).refused(f"User {VENDOR} is not an employee")


def test_an_unreachable_service_is_one_line(eventdemo):
    eventdemo("sync-profile", 7, "--services", "http://127.0.0.1:1/").refused(
        "Oracle Fusion failed POST /oracle/oauth2/v1/token: no connection"
    )


def test_every_spelling_of_memory_works(eventdemo):
    assert eventdemo("sync-profile", 1, "--users", 1, "--database", "sqlite:///:memory:").code == 0


def test_a_database_whose_driver_is_missing_is_one_line(eventdemo):
    eventdemo("sync-profile", 7, "--database", "mysql+no_such_driver://127.0.0.1/x").refused("cannot be used: ")


def test_a_filled_database_is_not_filled_again(eventdemo, tmp_path):
    url = f"sqlite:///{tmp_path / 'company.db'}"
    open_database(url, Company(3)).close()

    eventdemo("sync-profile", 7, "--users", 50, "--database", url).refused("There is no user 7.")
