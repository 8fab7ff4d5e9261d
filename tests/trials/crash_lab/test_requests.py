"""What is kept as a dead letter is not lost, and what is not kept is."""

import asyncio
from contextlib import closing

import pytest

from eventdemo.backend.demo.seed import fill
from eventdemo.backend.events import AuditHrApproval, AuthLogout
from eventdemo.backend.storage.database import Database
from eventdemo.durable.jobs import Job
from eventdemo.durable.outbox import Outbox
from eventdemo.trials.crash_lab.processes import processes_for
from eventdemo.trials.crash_lab.requests import RequestAccount, UserRequest
from mock_services import Company

LISTENER = "UserAuthListener.log_out_devices"
LOGOUT = AuthLogout(user_id=3).model_dump(mode="json")
APPROVAL = AuditHrApproval(
    user_id=4, task_id="T7", action="approve", feature_module="hr", sub_module="x", sub_module_external_id="T7"
).model_dump(mode="json")


def account(user_id, outcome="lost", task_id=""):
    kind, domain = ("approval", "hr") if task_id else ("logout", None)
    return RequestAccount(
        UserRequest(0, kind, user_id, 0.0, domain, task_id), outcome, redelivered=False, processed_twice=False
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (account(3), "dead-lettered"),
        (account(5), "lost"),
        (account(3, "done"), "done"),
        (account(3, "not accepted"), "not accepted"),
        (account(4, task_id="T7"), "dead-lettered"),
        (account(4, task_id="T8"), "lost"),
    ],
)
def test_only_a_lost_request_whose_own_job_is_kept_is_dead_lettered(before, after):
    assert before.with_dead_letters([LOGOUT, APPROVAL]).outcome == after


def test_the_lab_reads_the_dead_letters_of_its_engine(tmp_path):
    url = f"sqlite:///{tmp_path}/backend.sqlite"

    async def dead_letter(outbox):
        for lease in await outbox.lease({LISTENER: 1}, 30):
            await outbox.dead_letter(lease, "OperationalError: database is locked")

    with closing(Database(url)) as database:
        fill(database, Company(5))
        outbox = Outbox(database)
        database.transact(outbox.writer([Job.of(AuthLogout(user_id=3), LISTENER)]))
        asyncio.run(dead_letter(outbox))

    with processes_for("outbox", database=url, fakes="", prefix="lab") as processes:
        assert [letter["user_id"] for letter in processes.dead_letters()] == [3]
    with processes_for("in-process", database=url, fakes="", prefix="lab") as processes:
        assert processes.dead_letters() == []
