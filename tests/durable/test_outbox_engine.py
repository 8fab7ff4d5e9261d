"""The engine without a server: at least once, later and later after a failure, and in the end a dead letter."""

import asyncio

import pytest

from eventdemo.database import Database
from eventdemo.durable.engine import HopelessJobError
from eventdemo.durable.jobs import Job, RetryPolicy
from eventdemo.durable.outbox import Outbox
from eventdemo.durable.outbox_engine import MOST_LOST, OutboxEngine
from eventdemo.events import AuthLogin
from tests.durable.virtual import Process, now, play


@pytest.fixture
def process():
    process = Process()
    yield process
    process.database.close()


def logins(*user_ids):
    return [AuthLogin(id=f"e{user_id}", user_id=user_id) for user_id in user_ids]


async def accept(process, *user_ids):
    async with process.database.unit():
        for event in logins(*user_ids):
            process.bus.emit(event)


def test_a_failed_job_is_tried_after_two_seconds_and_after_four_more(process):
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


def test_after_the_last_attempt_it_is_a_dead_letter_with_its_reason(process):
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


def test_a_dead_letter_that_is_retried_has_all_its_attempts_again(process):
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


def test_a_hopeless_job_is_given_up_at_once(process):
    tried = []

    async def hopeless(job):
        tried.append(job)
        raise HopelessJobError("nobody knows it")

    async def main():
        await process.engine.publish([Job.of(AuthLogin(user_id=7), "print")])
        process.bus.on(AuthLogin, print)
        working = asyncio.create_task(process.engine.work(hopeless))
        await process.until_idle()
        working.cancel()
        return await process.engine.dead_letters()

    (letter,) = play(main)
    assert (len(tried), letter.attempts, letter.reason) == (1, 1, "nobody knows it")


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


def test_jobs_of_one_listener_begin_in_the_order_of_their_events(process):
    order = []
    process.bus.on(AuthLogin, lambda event: order.append(event.user_id))

    async def main():
        await accept(process, *range(50))
        await process.all_done()

    play(main)
    assert order == list(range(50))


@pytest.mark.parametrize("places", [1, 3])
def test_one_worker_does_as_many_jobs_of_a_listener_at_a_time_as_the_policy_says(places):
    process = Process(policy=RetryPolicy(concurrency=places))
    running, most = 0, 0

    @process.bus.on(AuthLogin)
    async def count(event):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(1)
        running -= 1

    async def main():
        await accept(process, *range(7))
        await process.all_done()
        return now()

    assert round(play(main)) == -(-7 // places)
    assert most == places


def test_a_slow_listener_holds_up_no_other(process):
    ended = {}

    @process.bus.on(AuthLogin)
    async def slow(event):
        await asyncio.sleep(10)

    @process.bus.on(AuthLogin)
    async def quick(event):
        ended[event.user_id] = now()

    async def main():
        await accept(process, *range(5))
        await process.all_done()

    play(main)
    assert max(ended.values()) < 1


def test_several_workers_share_the_jobs_and_do_each_once():
    database = Database()
    processes = [Process(database) for _ in range(3)]
    done = []
    for number, process in enumerate(processes):

        @process.bus.on(AuthLogin)
        async def do(event, number=number):
            await asyncio.sleep(1)
            done.append((event.user_id, number))

    async def main():
        await accept(processes[0], *range(9))
        for process in processes:
            process.work()
        await processes[0].until_idle()
        return now()

    assert play(main) < 3.5
    assert sorted(user_id for user_id, _ in done) == list(range(9))
    assert {number for _, number in done} == {0, 1, 2}
    database.close()


def test_a_worker_that_is_stopped_gives_its_jobs_back_at_once(process):
    begun = []

    @process.bus.on(AuthLogin)
    async def dawdle(event):
        begun.append(now())
        await asyncio.sleep(10 if len(begun) == 1 else 0)

    async def main():
        await accept(process, 7)
        process.work()
        await asyncio.sleep(1)
        await process.stop()
        await process.all_done()

    play(main)
    assert begun == [0.0, 1.0]


def test_a_long_job_is_not_given_to_another_while_its_worker_lives():
    database = Database()
    one, other = Process(database, hold=3.0), Process(database, hold=3.0)
    begun = []
    for process in (one, other):

        @process.bus.on(AuthLogin)
        async def take_long(event):
            begun.append(now())
            await asyncio.sleep(60)

    async def main():
        await accept(one, 7)
        one.work()
        other.work()
        await one.until_idle()

    play(main)
    assert begun == [0.0]
    database.close()


def test_a_worker_that_blocks_its_loop_for_too_long_has_its_job_done_twice_and_it_counts_once():
    """As with every engine: what blocks the loop cannot renew a claim."""

    async def pause():
        await asyncio.sleep(0.01)

    database = Database(pause=pause)
    processes = [Process(database, hold=30.0) for _ in range(2)]
    begun = []
    for process in processes:

        @process.bus.on(AuthLogin)
        def block(event):
            begun.append(now())
            if len(begun) == 1:
                asyncio.get_running_loop().clock.time += 60

    async def main():
        await accept(processes[0], 7)
        for process in processes:
            process.work()
        await processes[0].until_idle()
        return await processes[0].handled.count(), await processes[0].handled.repeats()

    assert play(main) == (1, 1)
    assert len(begun) == 2
    assert begun[1] > 60
    database.close()


def test_a_job_that_loses_one_worker_after_another_is_given_up(process):
    process.bus.on(AuthLogin, print)
    claim = process.outbox.claim

    async def main():
        await accept(process, 7)
        for _ in range(MOST_LOST + 1):
            assert await claim({"print": 1}, 1.0)
            await asyncio.sleep(1.5)  # and its worker is gone
        await process.all_done()
        return await process.engine.dead_letters()

    (letter,) = play(main)
    assert letter.reason == f"{MOST_LOST + 1} workers were lost while they were doing this job"


def test_who_was_too_slow_cannot_let_go_of_what_another_holds_by_now(process):
    process.bus.on(AuthLogin, print)

    async def main():
        await accept(process, 7)
        (slow,) = await process.outbox.claim({"print": 1}, 1.0)
        await asyncio.sleep(2)
        (quick,) = await process.outbox.claim({"print": 1}, 1.0)
        await process.outbox.done([slow])
        await process.outbox.bury(slow, "too slow")
        before = await process.outbox.waiting()
        await process.outbox.done([quick])
        return before, await process.outbox.waiting()

    assert play(main) == (1, 0)


def test_jobs_for_a_listener_that_nobody_here_has_wait_and_can_be_seen(process):
    process.bus.on(AuthLogin, print)

    async def main():
        await process.engine.publish([Job.of(event, "Renamed.listener") for event in logins(1, 2)])
        await accept(process, 3)
        process.work()
        await asyncio.sleep(5)
        return await process.outbox.waiting(), await process.outbox.orphans(process.bus.listener_names)

    assert play(main) == (2, {"Renamed.listener": 2})


def test_a_database_that_is_away_for_a_while_is_waited_for(process, caplog):
    done = []
    process.bus.on(AuthLogin, lambda event: done.append(now()))

    async def main():
        await accept(process, 7)
        process.database.do_now(lambda c: c.exec_driver_sql("ALTER TABLE outbox RENAME TO away"))
        process.work()
        await asyncio.sleep(5)
        process.database.do_now(lambda c: c.exec_driver_sql("ALTER TABLE away RENAME TO outbox"))
        await process.until_idle()

    play(main)
    assert len(done) == 1
    assert done[0] >= 5
    assert "The outbox cannot be read, and is asked again" in caplog.text


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"url": "redis://127.0.0.1"}, "needs no server"),
        ({"policies": {"print": RetryPolicy(rate=(40, 1.0))}}, "cannot limit the rate of print"),
    ],
)
def test_what_the_outbox_cannot_do_is_refused_instead_of_ignored(process, options, reason):
    with pytest.raises(ValueError, match=reason):
        OutboxEngine(**{"policies": {}, "outbox": Outbox(process.database)} | options)
