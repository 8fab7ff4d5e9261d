"""Accept over HTTP in one process, process jobs in another, and retry dead letters."""

import json
import os
import re
import signal
import subprocess
import time
from contextlib import closing, contextmanager

import httpx
import pytest

from eventdemo.backend.demo.local import open_database
from eventdemo.backend.demo.seed import fill, session_token
from eventdemo.backend.events import AuthLogout
from eventdemo.backend.storage.database import Database
from eventdemo.durable.jobs import Job
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.processed import ProcessedJobs
from mock_services import Company
from tests.cli.commands import PROGRAM
from tests.durable.virtual import play

LISTENER = "UserAuthListener.log_out_devices"


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'backend.db'}"


@pytest.fixture
def database(url):
    database = open_database(url, Company(5))
    yield database
    database.close()


@contextmanager
def program(*arguments):
    """Run `eventdemo ARGUMENTS`; give it and its first line."""
    process = subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def soon(condition, patience=60.0):
    until = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
    return found


def dead_lettered(database, *user_ids):
    """Put dead letters into the outbox."""
    jobs = [Job.of(AuthLogout(id=f"e{user_id}", user_id=user_id), LISTENER) for user_id in user_ids]
    outbox = Outbox(database)

    async def dead_letter():
        database.transact(outbox.writer(jobs))
        for lease in await outbox.lease({LISTENER: 10}, 30):
            await outbox.dead_letter(lease, "ConnectionError: no line")

    play(dead_letter)
    return [job.id for job in jobs]


def processed_long_ago(database):
    """Mark a job as processed on the day on which virtual time begins; return it."""
    job = Job.of(AuthLogout(id="old", user_id=1), LISTENER)

    async def mark():
        database.transact(ProcessedJobs(database).writer(job))

    play(mark)
    return job


def test_a_worker_processes_jobs_of_a_killed_web_process(url):
    with closing(Database(url)) as database:
        fill(database, Company(5))
    with program("serve", "--engine", "outbox", "--database", url, "--users", "5", "--port", "0") as (serving, line):
        address = re.search(r"http://[\d.:]+", line)[0]
        bearer = {"Authorization": f"Bearer {session_token(3)}"}
        assert httpx.post(f"{address}/auth/logout-mobile", headers=bearer).json() == {"status": "success"}
        os.kill(serving.pid, signal.SIGKILL)
    database = Database(url)
    assert play(Outbox(database).waiting) == 2
    old = processed_long_ago(database)

    with program("worker", "--database", url, "--users", "5") as (working, line):
        assert line == "Working on outbox until Ctrl-C.\n"
        soon(lambda: play(Outbox(database).waiting) == 0)
        working.send_signal(signal.SIGTERM)
        assert working.wait(60) == 0

    logged_in = "SELECT SUM(is_logged_in) FROM device WHERE user_id = 3"
    assert database.transact(lambda c: c.exec_driver_sql(logged_in).scalar()) == 0
    assert not play(ProcessedJobs(database).is_processed, old)
    database.close()


def test_ctrl_c_ends_a_worker_as_sigterm_does(url):
    with closing(Database(url)) as database:
        fill(database, Company(1))

    with program("worker", "--database", url, "--users", "1") as (working, _):
        working.send_signal(signal.SIGINT)
        assert working.wait(60) == 0


def test_dead_letters_are_listed_with_their_reason_and_retried(eventdemo, database, url):
    ids = dead_lettered(database, 1, 2, 3)

    listed = eventdemo("dead-letters", "list", "--database", url)
    retried = eventdemo("dead-letters", "retry", ids[1], "--database", url)
    left = json.loads(eventdemo("dead-letters", "list", "--database", url, "--json").out)

    assert listed.code == 0
    assert f"{ids[0]}\n    auth.logout of " in listed.out
    assert "1 attempt: ConnectionError: no line" in listed.out
    assert "3 dead letters." in listed.out
    assert (retried.code, retried.out) == (0, "1 job is retried.\n")
    assert [letter["job"]["id"] for letter in left] == [ids[0], ids[2]]

    assert eventdemo("dead-letters", "retry", "--all", "--database", url).out == "2 jobs are retried.\n"
    assert play(Outbox(database).waiting) == 3


def test_jobs_without_a_registered_listener_are_listed(eventdemo, database, url):
    database.transact(Outbox(database).writer([Job.of(AuthLogout(user_id=1), "Old.name")]))

    listed = eventdemo("dead-letters", "list", "--database", url)

    assert "1 job waits for Old.name, which is not registered here. Was it renamed?" in listed.out


@pytest.mark.parametrize("arguments", [["worker"], ["dead-letters", "list"], ["dead-letters", "retry", "--all"]])
def test_a_database_with_other_tables_is_reported(eventdemo, database, url, arguments):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS outbox")
        connection.exec_driver_sql("CREATE TABLE outbox (something TEXT)")

    eventdemo(*arguments, "--database", url).refused("cannot be used: no such column")


def test_a_dead_letter_that_is_no_json_is_reported(eventdemo, database, url):
    dead_lettered(database, 3)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET payload = '{half'")

    eventdemo("dead-letters", "list", "--database", url).refused("cannot be used: ")


def test_an_unknown_dead_letter_is_reported(eventdemo, database, url):
    (known,) = dead_lettered(database, 1)

    said = eventdemo("dead-letters", "retry", known, "unknown", "--database", url)

    said.refused("1 job is retried. There is no dead letter unknown.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--engine", "outbox"], ["in memory", "--database"]),
        (["worker", "--database", "sqlite://"], ["in memory", "--database"]),
        (["worker", "--engine", "celery"], ["There is no engine 'celery'", "outbox, bullmq"]),
        (["worker", "--url", "redis://127.0.0.1"], ["has no server", "--url"]),
        (["worker", "--database", "sqlite:////no/such/file.db"], ["the file does not exist", "eventdemo serve"]),
        (["dead-letters", "list", "--database", "sqlite:////no/such/file.db"], ["the file does not exist"]),
        (["dead-letters", "retry"], ["--all"]),
        (["dead-letters", "retry", "x", "--all"], ["--all"]),
    ],
)
def test_a_usage_error_is_one_line(eventdemo, arguments, words):
    eventdemo(*arguments).refused(*words)


def test_a_worker_rejects_an_empty_database(eventdemo, url):
    Database(url).close()

    eventdemo("worker", "--database", url).refused("it has no users")
