"""Each cell of bus-or-queue.md about Celery is what two of its workers do, of which one is killed."""

import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from kombu.transport.redis import Channel
from redis import Redis

from eventdemo.durable.servers import Valkey
from eventdemo.durable.servers.embedded import free_port
from tests.docs.cells import columns_of
from tests.durable.processes import soon

WORKER = "--app celery_tasks worker --concurrency 2 --loglevel ERROR --without-gossip --without-mingle"


class Queue:
    """Celery on an embedded Valkey: what its tasks have noted, and what the server stores."""

    def __init__(self, server, folder):
        self.app, self.redis = Celery(broker=server.url), Redis.from_url(server.url)
        self.lines, self.log = folder / "lines", folder / "log"
        self.lines.touch()
        self._environment = {**os.environ, "BROKER": server.url, "LINES": str(self.lines)}

    def send(self, task, *arguments):
        self.app.send_task(task, arguments)

    def stored(self):
        """Return how many jobs the server keeps: those that wait, and those that a worker hasn't acknowledged."""
        return self.redis.llen("celery") + self.redis.hlen("unacked")

    def has(self, line):
        return soon(lambda: line in self.lines.read_text().splitlines())

    @contextmanager
    def worker(self):
        """Run a worker inside the block, and kill it and its children at the end."""
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", *WORKER.split()],
                cwd=Path(__file__).parent,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self):
        self.app.close()
        self.redis.close()


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    with Valkey() as server, closing(Queue(server, tmp_path_factory.mktemp("celery"))) as queue:
        yield queue


def waits_for_the_broker():
    """Return whether a task is accepted without a worker, and refused without a broker."""
    with closing(Celery(broker=f"redis://127.0.0.1:{free_port()}")) as nowhere, suppress(OperationalError):
        nowhere.send_task("note", ("never",), retry=False)
        return False
    return True


def sent_before_a_rollback(queue):
    """Send a task in a transaction that is rolled back; return how many jobs the server has then."""
    with suppress(KeyError), closing(connect(":memory:")) as database, database:
        database.execute("CREATE TABLE orders (number)")
        queue.send("note", "rolled back")
        raise KeyError
    return queue.stored()


def test_each_cell_about_celery(queue):
    sent = sent_before_a_rollback(queue)
    queue.send("fail")
    with queue.worker():
        is_logged = soon(lambda: "OSError: no answer" in queue.log.read_text())
        is_forgotten = soon(lambda: queue.stored() == 0)
        assert queue.has("rolled back")
        queue.send("early", "early")
        queue.send("late", "late")
        assert queue.has("early began")
        assert queue.has("late began")
    queue.send("note", "waited")
    with queue.worker():
        assert queue.has("waited")
        assert queue.has("late ended")
        assert soon(lambda: queue.stored() == 0)  # nothing is left that a worker could begin
    lines = queue.lines.read_text().splitlines()
    survives = [lines.count("waited") == 1, lines.count("late began") > 1, lines.count("early began") == 2]

    assert columns_of("bus-or-queue")["Celery"] == {
        "the caller waits": {(True, 1): "for the broker"}[waits_for_the_broker(), sent],
        "who sees an error": "the worker's log" if is_logged and is_forgotten else "nothing",
        "several listeners of one event": {1: "no, you send a task for each"}[sent],
        "survives a crash": {(True, True, False): "a waiting task does; a running one only with `acks_late`"}[
            *survives
        ],
        "needs a server": "yes",
        "in one transaction with the change": {1: "no"}[sent],
    }


def test_on_redis_another_worker_gets_it_after_an_hour():
    assert Channel.visibility_timeout == timedelta(hours=1).total_seconds()
