"""Statements and calls record their accesses: to one user's part of a thing, or to all of it."""

import asyncio

import pytest

from eventdemo.explore import Experiment, experiment, explore, make_bus
from eventdemo.explore.accesses import access_all, access_part, users_by_identifier
from eventdemo.explore.experiment import Step, describe_step
from eventdemo.explore.races import independent
from eventdemo.explore.report import why
from eventdemo.explore.scenarios import pitfall_testbed
from mock_services import Company, FaultPlan


class Recorder:
    """Records accesses, as the explorer's loop does."""

    def __init__(self):
        self.accesses = set()

    def access(self, resource, *, write):
        self.accesses.add((resource, write))


def accesses(what, *arguments, write):
    loop = Recorder()
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
    ("one", "other", "are_independent"),
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
def test_users_are_independent_of_each_other_but_not_of_the_whole_table(one, other, are_independent):
    assert independent(one, other) is are_independent
    assert independent(other, one) is are_independent


def test_the_resource_of_a_part_is_never_described():
    assert describe_step(Step("log_out", rows(1, write=True))) == "log_out writes user 1's devices"
    assert describe_step(Step("report", table(write=False))) == "report reads the device table"


def test_a_part_and_the_whole_are_each_described_by_name():
    description = why(Step("log_out", rows(1, write=True)), Step("report", table(write=False)))

    assert description.startswith("log_out writes user 1's devices before report reads the device table.\n")


def test_a_call_is_for_the_user_that_it_names():
    company = Company(12, 7, vendor_share=0)
    users = users_by_identifier(company)

    assert {users[device.token] for n in (2, 3, 4) for device in company.devices(n)} == {2, 3, 4}
    assert all(users[company.person(n).username] == n for n in range(1, 13))
    assert all(users[task.id] == 1 for task in company.pending_tasks(1, "hr"))
    lengths = [len(identifier) for identifier in users]
    assert lengths == sorted(lengths, reverse=True)
    assert (
        next(n for identifier, n in users.items() if identifier in f"q=Username='{company.person(12).username}'") == 12
    )


def test_a_step_names_the_service_and_the_user_of_a_call():
    from eventdemo.explore import replay

    steps = replay("logout/awaited/fifo/0").described_steps

    assert "unsubscribe_from_topics writes fcm for user 2" in steps
    assert "log_out_devices writes user 1's devices" in steps
    assert not [step for step in steps if "(" in step]


def test_a_commit_may_come_between_two_queries_of_a_reader():
    """In a unit of work, the commit is the step that shows its changes to others, not the statements before it."""

    async def play(bus):
        stage = pitfall_testbed().stage(bus, people=2)
        one, other = stage.user_ids

        async def change_both():
            async with stage.database.unit():
                await stage.store.save_line_manager(one, "new")
                await stage.store.save_line_manager(other, "new")

        async def read_both():
            return [(await stage.store.user(user)).line_manager or "old" for user in (one, other)]

        _, seen = await asyncio.gather(change_both(), read_both())
        return " and ".join(seen)

    def prepare():
        pitfall_testbed().reset(FaultPlan().without_latency())

    units = Experiment("units", "the reader sees one state", play, bool, prepare, declared=True)
    found = explore(units, make_bus("awaited"))

    assert found.complete
    assert set(found.outcomes) == {"old and old", "old and new", "new and new"}
