"""One contract for every engine: what is published is done, tried again, given up, and given another chance."""

import asyncio

from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import LIMIT, Book, only, opened, run, some_time, working
from tests.durable.rigs import LISTENER, QUICK, eventually, job


def test_published_jobs_are_processed_for_every_listener(rig):
    async def test():
        book = Book()
        async with opened(rig, policies={"A.one": QUICK, "B.two": QUICK}) as engine:
            jobs = [job(1, "A.one"), job(2, "B.two"), job(3, "A.one", name="Zoë")]
            await engine.publish(jobs)
            async with working(engine, book):
                await eventually(lambda: book.has(jobs))
                later = job(4, "B.two")
                await engine.publish([later])
                await eventually(lambda: book.has([later]))

        assert sorted(book.done) == sorted(j.id for j in [*jobs, later])

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_a_job_is_delivered_as_it_was_published(rig):
    async def test():
        sent, seen = job(1, name="Zoë", nested={"list": [1, None, 2.5]}), []

        async def look(job):
            seen.append(job)

        async with opened(rig) as engine, working(engine, look):
            await engine.publish([sent])
            await eventually(lambda: seen)

        assert seen == [sent]

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_each_job_goes_to_one_of_several_workers(rig):
    async def test():
        first, second = Book(takes=0.02), Book(takes=0.02)
        jobs = [job(number) for number in range(30)]
        async with opened(rig, count=2) as (one, two), working(one, first), working(two, second):
            await one.publish(jobs)
            await eventually(lambda: len(first.done) + len(second.done) >= len(jobs))

        assert sorted(first.began + second.began) == sorted(j.id for j in jobs)
        assert first.began
        assert second.began

    run(test())


def test_a_failing_job_is_retried_with_growing_delays_and_then_dead_lettered(rig):
    async def fail():
        book = Book(fails=3)
        async with opened(rig) as engine, working(engine, book):
            await engine.publish([job(1)])
            (letter,) = await eventually(engine.dead_letters)

        assert letter.job.id == job(1).id
        assert letter.attempts == 3
        assert letter.reason == "ValueError: the printer is on fire"
        assert book.done == []
        first, second = (after - before for before, after in zip(book.at, book.at[1:], strict=False))
        assert first >= 0.18, "0.2 s is wanted"
        assert second >= 0.38, "twice as long"
        return first < 0.9 and second < 1.3  # a second would be a delay that was rounded up

    run(some_time(fail))


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_a_job_that_fails_once_is_retried_and_not_dead_lettered(rig):
    async def test():
        book = Book(fails=1)
        async with opened(rig) as engine, working(engine, book):
            await engine.publish([job(1)])
            await eventually(lambda: book.has([job(1)]))

            assert await engine.dead_letters() == []
        assert len(book.began) == 2

    run(test())


def test_a_dead_letter_can_be_retried_with_all_its_attempts(rig):
    async def test():
        policy, book = RetryPolicy(attempts=2, first_delay=0.05), Book(fails=5)
        async with opened(rig, policies={LISTENER: policy}) as engine, working(engine, book):
            await engine.publish([job(1), job(2)])
            await eventually(lambda: len(book.began) == 4)
            await eventually(lambda: _two(engine))

            assert await engine.retry([job(1).id, "Nobody-9"]) == 1
            await eventually(lambda: book.has([job(1)]))

            assert [letter.job.id for letter in await engine.dead_letters()] == [job(2).id]
        assert len(book.began) == 6, "all its attempts were given back to it"

    async def _two(engine):
        return len(await engine.dead_letters()) == 2

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_listener_that_raises_cancelled_error_has_failed(rig):
    async def test():
        book, long = Book(fails=1, error=asyncio.CancelledError()), dict.fromkeys(rig.quick, 10 * LIMIT)
        async with opened(rig, **long) as engine, working(engine, book):
            await engine.publish([job(1)])
            await eventually(lambda: book.has([job(1)]))  # if the worker had to be missed first, that would take `long`

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_an_unprocessable_job_is_dead_lettered_immediately(rig):
    async def test():
        book = Book(fails=1, error=UnprocessableJobError("nobody listens to 'auth.logout'"))
        async with opened(rig) as engine, working(engine, book):
            await engine.publish([job(1)])
            (letter,) = await eventually(engine.dead_letters)

        assert letter.attempts == 1
        assert "nobody listens to 'auth.logout'" in letter.reason
        assert len(book.began) == 1

    run(test())


@only("bullmq", "nats")
def test_a_job_published_twice_is_processed_once_even_after_it_is_finished(rig):
    async def test():
        book = Book()
        async with opened(rig) as engine, working(engine, book):
            await engine.publish([job(1), job(1)])
            await eventually(lambda: book.done)
            await engine.publish([job(1)])
            await engine.publish([job(2)])
            await eventually(lambda: book.has([job(2)]))

        assert book.began == [job(1).id, job(2).id]

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_stopped_worker_finishes_its_running_jobs(rig):
    async def test():
        book = Book(takes=0.5)
        async with opened(rig) as engine:
            await engine.publish([job(1)])
            async with working(engine, book):
                await eventually(lambda: book.began)
            assert book.done == [job(1).id]

            later = Book()
            async with working(engine, later):
                await engine.publish([job(2)])
                await eventually(lambda: later.has([job(2)]))
        assert later.began == [job(2).id]

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_a_worker_processes_jobs_up_to_the_concurrency_limit(rig):
    async def test():
        book, jobs = Book(takes=0.1), [job(number) for number in range(9)]
        policy = RetryPolicy(first_delay=0.2, concurrency=3)
        async with opened(rig, policies={LISTENER: policy}) as engine:
            await engine.publish(jobs)
            async with working(engine, book):
                await eventually(lambda: book.has(jobs))

        assert book.peak == 3

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_the_jobs_of_one_listener_start_in_order(rig):
    async def test():
        book, jobs = Book(), [job(number) for number in range(40)]
        async with opened(rig) as engine:
            await engine.publish(jobs)
            async with working(engine, book):
                await eventually(lambda: book.has(jobs))

        assert engine.capabilities.keeps_order
        assert book.began == [j.id for j in jobs]

    run(test())


@only("bullmq")
def test_a_rate_limit_is_global_over_all_workers(rig):
    async def work():
        book, jobs = Book(), [job(number) for number in range(6)]
        policies = {LISTENER: RetryPolicy(rate=(2, 0.5), concurrency=6)}
        async with opened(rig, policies=policies, count=2) as (one, two):
            await one.publish(jobs)
            async with working(one, book), working(two, book):
                await eventually(lambda: book.has(jobs))

        assert book.at[2] - book.at[0] >= 0.4
        assert book.at[4] - book.at[0] >= 0.9
        return book.at[5] - book.at[0] < 3.0  # and it does not wait for longer than it has to

    run(some_time(work))


@only("nats", "rabbitmq", "kafka")
def test_a_broadcast_job_reaches_every_instance(rig):
    async def test():
        first, second = Book(fails=1), Book()
        async with opened(rig) as engine:
            hearing = [asyncio.create_task(engine.subscribe(book)) for book in (first, second)]
            number = 0
            while not (first.done and second.done):  # it is kept for nobody, so it has to be said until both are there
                number += 1
                await engine.broadcast([job(number)])
                await asyncio.sleep(0.1)
            for task in hearing:
                task.cancel()
            await asyncio.gather(*hearing, return_exceptions=True)

        assert set(first.began) & set(second.began)
        assert len(set(first.began)) == len(first.began), "what failed is not tried again"

    run(test())


@only("nats", "rabbitmq", "kafka")
def test_a_message_that_is_not_a_job_is_set_aside_and_the_next_job_is_processed(rig):
    async def test():
        book = Book()
        async with opened(rig) as engine:
            await litter(engine)
            await engine.publish([job(1)])
            async with working(engine, book):
                await eventually(lambda: book.has([job(1)]))
                assert await engine.dead_letters() == []

    run(test())


async def litter(engine):
    """Put something on a listener's queue that is no job."""
    if engine.name == "nats":
        await engine.streams.publish(engine._subject(LISTENER), b"{}")
    elif engine.name == "rabbitmq":
        await engine.put(b"{}", engine._queue(LISTENER))
    else:
        await engine._broker.publish(b"{}", topic=engine._topic(LISTENER), key=b"7")
