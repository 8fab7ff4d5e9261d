"""Statements and calls tell what they touch: one user's rows, or all of a table."""

import pytest

from eventdemo.explore import experiment
from eventdemo.explore.accesses import access_all, access_part, user_ids_by_sign
from eventdemo.explore.experiment import Step, describe_step
from eventdemo.explore.races import independent
from eventdemo.explore.report import why
from mock_services import Company


class Listening:
    """Notes what is touched, as a loop does."""

    def __init__(self):
        self.accesses = set()

    def access(self, resource, *, write):
        self.accesses.add((resource, write))


def accesses(what, *arguments, write):
    loop = Listening()
    token = experiment._explored.set(loop)
    try:
        what(*arguments, write=write)
    finally:
        experiment._explored.reset(token)
    return frozenset(loop.accesses)


def rows(user, *, write):
    return accesses(access_part, f"user {user}'s devices", "device", user, write=write)


def table(*, write):
    return accesses(access_all, "the device table", "device", write=write)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (rows(1, write=True), rows(2, write=True), True),
        (rows(1, write=True), rows(1, write=False), False),
        (rows(1, write=False), rows(1, write=False), True),
        (rows(1, write=False), table(write=False), True),
        (rows(1, write=True), table(write=False), False),
        (rows(1, write=False), table(write=True), False),
        (rows(40, write=True), table(write=False), False),
        (rows(40, write=True), rows(41, write=True), False),
        (table(write=False), table(write=False), True),
        (table(write=True), table(write=False), False),
    ],
)
def test_two_users_are_apart_and_nobody_is_from_the_whole_unless_both_only_read(one, other, apart):
    assert independent(one, other) is apart
    assert independent(other, one) is apart


def test_what_stands_for_a_part_of_a_thing_is_never_told():
    assert describe_step(Step("log_out", rows(1, write=True))) == "log_out writes user 1's devices"
    assert describe_step(Step("report", table(write=False))) == "report reads the device table"


def test_a_part_and_the_whole_are_told_each_by_its_name():
    said = why(Step("log_out", rows(1, write=True)), Step("report", table(write=False)))

    assert said.startswith("log_out writes user 1's devices before report reads the device table.\n")


def test_a_call_is_about_whoever_it_names():
    company = Company(12, 7, vendor_share=0)
    signs = user_ids_by_sign(company)

    assert {signs[device.token] for n in (2, 3, 4) for device in company.devices(n)} == {2, 3, 4}
    assert all(signs[company.person(n).username] == n for n in range(1, 13))
    assert all(signs[task.id] == 1 for task in company.pending_tasks(1, "hr"))
    lengths = [len(sign) for sign in signs]
    assert lengths == sorted(lengths, reverse=True)
    assert next(n for sign, n in signs.items() if sign in f"q=Username='{company.person(12).username}'") == 12


def test_the_schedule_of_a_call_tells_the_service_and_for_whom():
    from eventdemo.explore import replay

    steps = replay("logout/awaited/fifo/0").described_steps

    assert "unsubscribe_from_topics writes fcm for user 2" in steps
    assert "log_out_devices writes user 1's devices" in steps
    assert not [step for step in steps if "(" in step]
