"""The engine without a server: at-least-once delivery, exponential backoff, and finally a dead letter."""

import asyncio

import pytest

from eventdemo.backend.events import AuthLogin
from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.outbox_engine import OutboxEngine
from tests.durable.virtual import Process, accept, logins, now, play


def test_a_failed_job_is_retried_after_two_seconds_and_after_four_more(process):
    tried = []

    @process.bus.on(AuthLogin)
    async def fail_twice(event):
        tried.append(now())
        if len(tried) < 3:
            raise ConnectionError

    async def main():
        await accept(process, 7)
        await process.all_done()

    play(main)
    assert tried == [0.0, 2.0, 6.0]


def test_after_the_last_attempt_a_job_is_dead_lettered_with_its_reason(process):
    @process.bus.on(AuthLogin)
    async def fail(event):
        raise ConnectionError("no line to Oracle")

    async def main():
        await accept(process, 7)
        await process.all_done()
        return await process.engine.dead_letters()

    (letter,) = play(main)
    assert (letter.job.payload["user_id"], letter.attempts, letter.reason) == (
        7,
        3,
        "ConnectionError: no line to Oracle",
    )


def test_a_retried_dead_letter_has_all_its_attempts_again(process):
    tried = []

    @process.bus.on(AuthLogin)
    def fail_five_times(event):
        tried.append(now())
        if len(tried) < 6:
            raise ConnectionError

    async def main():
        await accept(process, 7)
        await process.all_done()
        (letter,) = await process.engine.dead_letters()
        assert await process.engine.retry([letter.job.id, "unknown"]) == 1
        await process.all_done()
        return await process.engine.dead_letters()

    assert play(main) == []
    assert len(tried) == 6


def test_an_unprocessable_job_of_the_outbox_is_dead_lettered_immediately(process):
    tried = []

    async def refuse(job):
        tried.append(job)
        raise UnprocessableJobError("unknown listener")

    async def main():
        await process.engine.publish([Job.of(AuthLogin(user_id=7), "print")])
        process.bus.on(AuthLogin, print)
        working = asyncio.create_task(process.engine.work(refuse))
        await process.until_idle()
        working.cancel()
        return await process.engine.dead_letters()

    (letter,) = play(main)
    assert (len(tried), letter.attempts, letter.reason) == (1, 1, "unknown listener")


def test_a_listener_that_cancels_itself_has_failed(process):
    @process.bus.on(AuthLogin)
    async def cancel(event):
        raise asyncio.CancelledError

    async def main():
        await accept(process, 7)
        await process.all_done()
        return await process.engine.dead_letters()

    (letter,) = play(main)
    assert letter.reason == "CancelledError"


def test_an_error_whose_text_no_database_can_store_is_an_ordinary_failure(process):
    @process.bus.on(AuthLogin)
    def fail(event):
        raise ValueError("nul \0, half a character \ud800, and " + 100_000 * "long")

    async def main():
        await accept(process, 7)
        await process.all_done()
        return await process.engine.dead_letters()

    (letter,) = play(main)
    assert letter.reason.startswith(r"ValueError: nul \0, half a character \ud800, and long")
    assert len(letter.reason) < 3000


def test_jobs_of_one_listener_start_in_the_order_of_their_events(process):
    order = []
    process.bus.on(AuthLogin, lambda event: order.append(event.user_id))

    async def main():
        await accept(process, *range(50))
        await process.all_done()

    play(main)
    assert order == list(range(50))


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_worker_of_the_outbox_keeps_to_the_concurrency_of_the_policy(concurrency):
    process = Process(policy=RetryPolicy(concurrency=concurrency))
    running, peak = 0, 0

    @process.bus.on(AuthLogin)
    async def count(event):
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(1)
        running -= 1

    async def main():
        await accept(process, *range(7))
        await process.all_done()
        return now()

    assert round(play(main)) == -(-7 // concurrency)
    assert peak == concurrency
    process.database.close()


def test_a_slow_listener_delays_no_other():
    process = Process()
    ended = {}

    @process.bus.on(AuthLogin)
    async def slow(event):
        await asyncio.sleep(10)

    @process.bus.on(AuthLogin)
    async def fast(event):
        ended[event.user_id] = now()

    async def main():
        await accept(process, *range(5))
        await process.all_done()

    play(main)
    assert max(ended.values()) < 1
    process.database.close()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"url": "redis://127.0.0.1"}, "needs no server"),
        ({"policies": {"print": RetryPolicy(rate=(40, 1.0))}}, "cannot limit the rate of print"),
    ],
)
def test_an_unsupported_option_of_the_outbox_is_refused(process, options, reason):
    with pytest.raises(ValueError, match=reason):
        OutboxEngine(**{"policies": {}, "outbox": Outbox(process.database)} | options)


def test_a_job_published_by_this_process_is_processed_at_once_not_at_the_next_poll():
    process = Process(poll_interval=60.0)
    started = []

    @process.bus.on(AuthLogin)
    async def listen(event):
        started.append(now())

    async def main():
        process.work()
        await asyncio.sleep(1)
        (listener,) = process.bus.listener_names
        await process.engine.publish([Job.of(event, listener) for event in logins(7)])
        await asyncio.sleep(1)
        await process.stop()

    play(main)
    assert started == [1.0]
    process.database.close()


def test_an_engine_that_was_stopped_has_all_its_slots_again(process):
    started = []

    @process.bus.on(AuthLogin)
    async def dawdle(event):
        started.append(now())
        await asyncio.sleep(100 if len(started) == 1 else 0)

    async def main():
        engine = process.engine
        await accept(process, 7)
        for _ in range(2):
            working = asyncio.create_task(engine.work(process.worker.handle))
            await asyncio.sleep(1)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    play(main)
    assert started == [0.0, 1.0]


def test_the_next_job_begins_as_soon_as_a_slot_is_free():
    process = Process(poll_interval=60.0)
    started = []

    @process.bus.on(AuthLogin)
    async def take_a_second(event):
        started.append(now())
        await asyncio.sleep(1)

    async def main():
        await accept(process, 7, 8)
        process.work()
        await asyncio.sleep(3)
        await process.stop()

    play(main)
    assert started == [0.0, 1.0]
    process.database.close()


def test_a_retry_begins_when_it_is_due_not_at_the_next_poll():
    process = Process(poll_interval=60.0, policy=RetryPolicy(first_delay=0.5, attempts=2))
    started = []

    @process.bus.on(AuthLogin)
    async def fail(event):
        started.append(now())
        raise OSError("no answer")

    async def main():
        await accept(process, 7)
        process.work()
        await asyncio.sleep(3)
        await process.stop()

    play(main)
    assert started == [0.0, 0.5]
    process.database.close()
