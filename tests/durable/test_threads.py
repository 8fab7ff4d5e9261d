"""A durable bus in several threads: a worker waits in one, and another one emits."""

import asyncio

import pytest

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from tests.durable.virtual import Process


def ignore(event): ...


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///{}/jobs.db"])
def test_another_thread_may_emit_while_a_worker_waits(url, tmp_path):
    process = Process(Database(url.format(tmp_path)))
    process.bus.on(AuthLogin, ignore)

    async def main():
        working = process.work()
        await asyncio.sleep(0.05)  # the worker waits for the next job
        await asyncio.to_thread(process.bus.emit, AuthLogin(user_id=7))
        await process.until_idle()
        assert not working.done()
        await process.stop()

    asyncio.run(main(), debug=True)  # in which asyncio refuses what only its own thread may do
    process.database.close()
    assert process.ledger.counts() == {"done": 1}
