"""Node's BullMQ and ours share queues: either side processes, fails and retries the jobs of the other."""

import asyncio
import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.durable.contract import RecordingListener, open_engine, run, running_worker
from tests.durable.harness import HARNESSES, LISTENER, eventually, job, new_prefix
from tests.needs import needs, without_node

NODE = Path(__file__).parent / "node"


pytestmark = needs(without_node(NODE))


@pytest.fixture(scope="module")
def harness():
    with HARNESSES["bullmq"].running_server() as running:
        yield running


def added_by_node(harness, prefix, jobs):
    """Add jobs with Node; return the ids that it prints."""
    jobs_as_json = json.dumps([job.model_dump(mode="json") for job in jobs])
    command = ["node", str(NODE / "bull.mjs"), "add", harness.url, prefix, LISTENER, jobs_as_json]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    return [json.loads(line)["added"] for line in printed.splitlines()]


@contextmanager
def node_working(harness, prefix, fails=()):
    """Run a worker of Node; yield its output."""
    command = ["node", str(NODE / "bull.mjs"), "work", harness.url, prefix, LISTENER, json.dumps(fails)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout
        finally:
            process.stdin.close()


def test_node_processes_our_jobs_and_its_failures_are_our_dead_letters(harness):
    async def test():
        prefix, bad = new_prefix(), job(2)
        async with open_engine(harness, prefix=prefix) as engine:
            await engine.publish([job(1, name="Zoë"), bad])
            with node_working(harness, prefix, [bad.id]) as output:
                lines = [json.loads(await asyncio.to_thread(output.readline)) for _ in range(4)]
                (letter,) = await eventually(engine.dead_letters)

            assert [line["attempt"] for line in lines if line["started"] == bad.id] == [1, 2, 3]
            assert {"started": job(1).id, "name": "auth.logout", "attempt": 1, "of": 3} in lines
            assert (letter.job.id, letter.attempts, letter.reason) == (bad.id, 3, "no paper in Node")

            listener = RecordingListener()
            assert await engine.retry([bad.id]) == 1
            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed([bad]))

    run(test())


def test_we_process_jobs_from_node_and_recognise_their_ids(harness):
    async def test():
        prefix, listener, jobs = new_prefix(), RecordingListener(failures=1), [job(1, name="Zoë"), job(2)]
        async with open_engine(harness, prefix=prefix) as engine:
            assert await asyncio.to_thread(added_by_node, harness, prefix, jobs) == [j.id for j in jobs]
            await engine.publish(jobs)

            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed(jobs))

            assert await engine.dead_letters() == []
        assert len(listener.started) == 3, "one failed once, and our copies were duplicates"

    run(test())
