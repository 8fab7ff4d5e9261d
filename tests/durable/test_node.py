"""Node's BullMQ and ours share queues: either side adds, works, fails and tries again what the other side added."""

import asyncio
import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.durable.contract import Book, opened, run, working
from tests.durable.rigs import LISTENER, RIGS, eventually, fresh, job
from tests.needs import needs, without_node

NODE = Path(__file__).parent / "node"


pytestmark = needs(without_node(NODE))


@pytest.fixture(scope="module")
def rig():
    with RIGS["bullmq"].up() as up:
        yield up


def added_by_node(rig, prefix, jobs):
    """Have Node add jobs; return the ids that it says."""
    told = json.dumps([job.model_dump(mode="json") for job in jobs])
    command = ["node", str(NODE / "bull.mjs"), "add", rig.url, prefix, LISTENER, told]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    return [json.loads(line)["added"] for line in said.splitlines()]


@contextmanager
def node_working(rig, prefix, fails=()):
    """Have a worker of Node's at work; the list fills with what it says."""
    command = ["node", str(NODE / "bull.mjs"), "work", rig.url, prefix, LISTENER, json.dumps(fails)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout
        finally:
            process.stdin.close()


def test_node_processes_our_jobs_and_its_failures_are_our_dead_letters(rig):
    async def test():
        prefix, bad = fresh(), job(2)
        async with opened(rig, prefix=prefix) as engine:
            await engine.publish([job(1, name="Zoë"), bad])
            with node_working(rig, prefix, [bad.id]) as said:
                lines = [json.loads(await asyncio.to_thread(said.readline)) for _ in range(4)]
                (letter,) = await eventually(engine.dead_letters)

            assert [line["attempt"] for line in lines if line["began"] == bad.id] == [1, 2, 3]
            assert {"began": job(1).id, "name": "auth.logout", "attempt": 1, "of": 3} in lines
            assert (letter.job.id, letter.attempts, letter.reason) == (bad.id, 3, "no paper in Node")

            book = Book()
            assert await engine.retry([bad.id]) == 1
            async with working(engine, book):
                await eventually(lambda: book.has([bad]))

    run(test())


def test_we_process_jobs_from_node_and_recognise_their_ids(rig):
    async def test():
        prefix, book, jobs = fresh(), Book(fails=1), [job(1, name="Zoë"), job(2)]
        async with opened(rig, prefix=prefix) as engine:
            assert await asyncio.to_thread(added_by_node, rig, prefix, jobs) == [j.id for j in jobs]
            await engine.publish(jobs)

            async with working(engine, book):
                await eventually(lambda: book.has(jobs))

            assert await engine.dead_letters() == []
        assert len(book.began) == 3, "one failed once, and our copies were known already"

    run(test())
