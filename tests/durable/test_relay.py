"""The relay: accepted jobs reach the engine's server, however often it is unavailable."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.dialects import DatabaseUnavailableError
from eventdemo.durable.relay import BATCH, Relay
from tests.durable.server import Server, ServerEngine
from tests.durable.virtual import Process, now, play


def listen(event): ...


@pytest.fixture
def process():
    process = Process()
    process.bus.on(AuthLogin, listen)
    yield process
    process.database.close()


@asynccontextmanager
async def relayed(process, server, *, listeners=("listen",), **options):
    relay = Relay(process.outbox, ServerEngine(server, **options), listeners)
    running = asyncio.create_task(relay.run(opens=True))
    yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def accept(process, *user_ids):
    async with process.database.unit():
        for user_id in user_ids:
            process.bus.emit(AuthLogin(user_id=user_id))


def users(server):
    return [job.payload["user_id"] for job in server.jobs]


def test_accepted_jobs_are_published_in_order_and_deleted(process):
    server = Server()
    many = range(2 * BATCH + 1)

    async def main():
        async with relayed(process, server):
            await accept(process, *many)
            await process.until_idle()

    play(main)
    assert users(server) == list(many)


def test_jobs_of_this_process_are_published_without_waiting_for_the_next_poll(process):
    server = Server()

    async def main():
        async with relayed(process, server):
            await asyncio.sleep(0.05)
            await accept(process, 7)
            for _ in range(10):
                await asyncio.sleep(0)
            return users(server), now()

    assert play(main) == ([7], 0.05)


def test_while_the_server_is_unavailable_events_are_accepted_and_wait(process, caplog):
    server = Server()

    async def main():
        server.unavailable = True
        async with relayed(process, server):
            await accept(process, 1, 2)
            await asyncio.sleep(60)
            waiting = await process.outbox.waiting()
            server.unavailable = False
            await asyncio.sleep(6)
            return waiting, users(server), await process.outbox.waiting()

    assert play(main) == (2, [1, 2], 0)
    assert [record.message for record in caplog.records] == [
        "Accepted jobs wait in the outbox: The server is unavailable.",
        "Jobs leave the outbox again, after 61 s.",
    ]


def test_while_published_jobs_cannot_be_deleted_the_log_does_not_say_that_they_leave(process, caplog):
    async def main():
        change = process.outbox._change

        async def unless_locked(*arguments, **values):
            if now() < 45:
                raise DatabaseUnavailableError("locked", OSError(), for_all=True)
            return await change(*arguments, **values)

        process.outbox._change = unless_locked
        async with relayed(process, Server()):
            await accept(process, 7)
            await process.until_idle()

    play(main)
    assert [record.message for record in caplog.records if "lease" not in record.message] == [
        "Accepted jobs wait in the outbox: locked",
        "Jobs leave the outbox again, after 50 s.",
    ]


def test_a_library_that_raises_cancelled_error_does_not_end_the_relay(process, caplog):
    server, steps = Server(), 0

    def step():
        nonlocal steps
        steps += 1
        if steps == 2:  # after the relay has opened the engine
            raise asyncio.CancelledError

    async def main():
        async with relayed(process, server, step=step):
            await accept(process, 1, 2)
            await process.until_idle()

    play(main)
    assert set(users(server)) == {1, 2}
    assert "Accepted jobs wait in the outbox: CancelledError" in caplog.text


def test_a_server_that_fails_during_a_batch_gets_the_rest_later(process):
    server = Server()
    steps = 0

    def step():
        nonlocal steps
        steps += 1
        server.unavailable = 4 <= steps <= 6

    async def main():
        async with relayed(process, server, step=step):
            await accept(process, 1, 2, 3)
            await process.until_idle()

    play(main)
    assert set(users(server)) == {1, 2, 3}
    assert server.published > 3, "the jobs that the server had stored before it failed are published again"


def test_two_relays_do_not_publish_the_same_job(process):
    server = Server()

    async def main():
        async with relayed(process, server), relayed(process, server):
            await accept(process, *range(300))
            await process.until_idle()

    play(main)
    assert sorted(users(server)) == list(range(300))


def test_the_jobs_of_a_killed_relay_are_published_by_another(process):
    server = Server()

    async def main():
        await accept(process, 7)
        assert await process.outbox.lease({"listen": 1}, 30.0)  # by a relay that was killed
        async with relayed(process, server):
            await asyncio.sleep(29)
            before = users(server)
            await asyncio.sleep(2)
            return before, users(server)

    assert play(main) == ([], [7])


def test_a_job_for_an_unknown_listener_stays_in_the_outbox(process):
    server = Server()

    async def main():
        async with relayed(process, server, listeners=["another"]):
            await accept(process, 7)
            await asyncio.sleep(1)
            return users(server), await process.outbox.orphans(["another"])

    assert play(main) == ([], {"listen": 1})
