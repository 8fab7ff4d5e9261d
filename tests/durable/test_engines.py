"""One contract for every engine: published jobs are processed, retried, dead-lettered, and retried on request."""

import asyncio

from pydantic import ValidationError

from eventdemo.durable.engine import UnprocessableJobError
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import TIMEOUT, RecordingListener, at_least_once, only, open_engine, run, running_worker
from tests.durable.harness import FAST_RETRIES, LISTENER, eventually, job


def test_published_jobs_are_processed_for_every_listener(harness):
    async def test():
        listener = RecordingListener()
        async with open_engine(harness, policies={"A.one": FAST_RETRIES, "B.two": FAST_RETRIES}) as engine:
            jobs = [job(1, "A.one"), job(2, "B.two"), job(3, "A.one", name="Zoë")]
            await engine.publish(jobs)
            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed(jobs))
                later = job(4, "B.two")
                await engine.publish([later])
                await eventually(lambda: listener.has_processed([later]))

        assert sorted(listener.finished) == sorted(j.id for j in [*jobs, later])

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_a_job_is_delivered_as_it_was_published(harness):
    async def test():
        sent, seen = job(1, name="Zoë", nested={"list": [1, None, 2.5]}), []

        async def record(job):
            seen.append(job)

        async with open_engine(harness) as engine, running_worker(engine, record):
            await engine.publish([sent])
            await eventually(lambda: seen)

        assert seen == [sent]

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_each_job_goes_to_one_of_several_workers(harness):
    async def test():
        first, second = RecordingListener(duration=0.02), RecordingListener(duration=0.02)
        jobs = [job(number) for number in range(30)]
        async with open_engine(harness, count=2) as (one, two), running_worker(one, first), running_worker(two, second):
            await one.publish(jobs)
            await eventually(lambda: len(first.finished) + len(second.finished) >= len(jobs))

        assert sorted(first.started + second.started) == sorted(j.id for j in jobs)
        assert first.started
        assert second.started

    run(test())


def test_a_failing_job_is_retried_with_growing_delays_and_then_dead_lettered(harness):
    async def fail():
        listener = RecordingListener(failures=3)
        async with open_engine(harness) as engine, running_worker(engine, listener):
            await engine.publish([job(1)])
            (letter,) = await eventually(engine.dead_letters)

        assert letter.job.id == job(1).id
        assert letter.attempts == 3
        assert letter.reason == "ValueError: the printer is on fire"
        first, second = (
            after - before for before, after in zip(listener.start_times, listener.start_times[1:], strict=False)
        )
        assert first >= 0.18, "0.2 s"
        assert second >= 0.38, "twice as long"
        assert listener.finished == []
        return first < 0.9 and second < 1.3  # the delay is not rounded up to a second

    run(at_least_once(fail))


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_a_job_that_fails_once_is_retried_and_not_dead_lettered(harness):
    async def test():
        listener = RecordingListener(failures=1)
        async with open_engine(harness) as engine, running_worker(engine, listener):
            await engine.publish([job(1)])
            await eventually(lambda: listener.has_processed([job(1)]))

            assert await engine.dead_letters() == []
        assert len(listener.started) == 2

    run(test())


def test_a_dead_letter_can_be_retried_with_all_its_attempts(harness):
    async def test():
        policy, listener = RetryPolicy(attempts=2, first_delay=0.05), RecordingListener(failures=5)
        async with open_engine(harness, policies={LISTENER: policy}) as engine, running_worker(engine, listener):
            await engine.publish([job(1), job(2)])
            await eventually(lambda: len(listener.started) == 4)
            await eventually(lambda: two_dead_letters(engine))

            assert await engine.retry([job(1).id, "Unknown-9"]) == 1
            await eventually(lambda: listener.has_processed([job(1)]))

            assert [letter.job.id for letter in await engine.dead_letters()] == [job(2).id]
        assert len(listener.started) == 6, "the retried job has all its attempts again"

    async def two_dead_letters(engine):
        return len(await engine.dead_letters()) == 2

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_listener_that_raises_cancelled_error_has_failed(harness):
    async def test():
        listener = RecordingListener(failures=1, error=asyncio.CancelledError())
        endless = dict.fromkeys(harness.options, 10 * TIMEOUT)
        async with open_engine(harness, **endless) as engine, running_worker(engine, listener):
            await engine.publish([job(1)])
            await eventually(lambda: listener.has_processed([job(1)]))  # before the endless visibility timeout

    run(test())


@only("outbox", "bullmq")
def test_a_listener_that_cannot_validate_something_is_retried_like_any_other(harness):
    async def test():
        listener = RecordingListener(failures=1, error=ValidationError.from_exception_data("Order", []))
        async with open_engine(harness) as engine, running_worker(engine, listener):
            await engine.publish([job(1)])
            await eventually(lambda: listener.has_processed([job(1)]))

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_an_unprocessable_job_is_dead_lettered_immediately(harness):
    async def test():
        listener = RecordingListener(failures=1, error=UnprocessableJobError("no listener for 'auth.logout'"))
        async with open_engine(harness) as engine, running_worker(engine, listener):
            await engine.publish([job(1)])
            (letter,) = await eventually(engine.dead_letters)

        assert letter.attempts == 1
        assert "no listener for 'auth.logout'" in letter.reason
        assert len(listener.started) == 1

    run(test())


@only("bullmq", "nats")
def test_a_job_published_twice_is_processed_once_even_after_it_is_finished(harness):
    async def test():
        listener = RecordingListener()
        async with open_engine(harness) as engine, running_worker(engine, listener):
            await engine.publish([job(1), job(1)])
            await eventually(lambda: listener.finished)
            await engine.publish([job(1)])
            await engine.publish([job(2)])
            await eventually(lambda: listener.has_processed([job(2)]))

        assert listener.started == [job(1).id, job(2).id]

    run(test())


@only("bullmq", "nats", "rabbitmq")
def test_a_stopped_worker_finishes_its_running_jobs(harness):
    async def test():
        listener = RecordingListener(duration=0.5)
        async with open_engine(harness) as engine:
            await engine.publish([job(1)])
            async with running_worker(engine, listener):
                await eventually(lambda: listener.started)
            assert listener.finished == [job(1).id]

            later = RecordingListener()
            async with running_worker(engine, later):
                await engine.publish([job(2)])
                await eventually(lambda: later.has_processed([job(2)]))
        assert later.started == [job(2).id]

    run(test())


@only("nats", "rabbitmq")
def test_a_stopped_worker_cancels_a_job_that_takes_too_long_and_logs_no_error(harness, caplog):
    async def main():
        listener = RecordingListener(duration=60)
        async with open_engine(harness) as engine:
            await engine.publish([job(1)])
            engine.timeout = 0.5
            async with running_worker(engine, listener):
                await eventually(lambda: listener.started)
        assert (listener.running, listener.finished) == (0, [])

    run(main())
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_a_worker_processes_jobs_up_to_the_concurrency_limit(harness):
    async def test():
        listener, jobs = RecordingListener(duration=0.1), [job(number) for number in range(9)]
        policy = RetryPolicy(first_delay=0.2, concurrency=3)
        async with open_engine(harness, policies={LISTENER: policy}) as engine:
            await engine.publish(jobs)
            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed(jobs))

        assert listener.peak == 3

    run(test())


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_the_jobs_of_one_listener_start_in_order(harness):
    async def test():
        listener, jobs = RecordingListener(), [job(number) for number in range(40)]
        async with open_engine(harness) as engine:
            await engine.publish(jobs)
            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed(jobs))

        assert engine.capabilities.keeps_order
        assert listener.started == [j.id for j in jobs]

    run(test())


@only("bullmq")
def test_a_rate_limit_is_global_over_all_workers(harness):
    async def work():
        listener, jobs = RecordingListener(), [job(number) for number in range(6)]
        policies = {LISTENER: RetryPolicy(rate=(2, 0.5), concurrency=6)}
        async with open_engine(harness, policies=policies, count=2) as (one, two):
            await one.publish(jobs)
            async with running_worker(one, listener), running_worker(two, listener):
                await eventually(lambda: listener.has_processed(jobs))

        first, _, third, _, fifth, last = listener.start_times
        # Redis spaces the jobs, but a busy machine may start the first one late, and it may start any one late.
        return third - first >= 0.4 and fifth - first >= 0.9 and last - first < 3.0

    run(at_least_once(work))


@only("nats", "rabbitmq", "kafka")
def test_a_broadcast_job_reaches_every_instance(harness):
    async def test():
        first, second = RecordingListener(failures=1), RecordingListener()
        async with open_engine(harness) as engine:
            subscribed = [asyncio.create_task(engine.subscribe(listener)) for listener in (first, second)]
            number = 0
            while not (first.finished and second.finished):
                number += 1  # a broadcast is not stored, so repeat it until both are subscribed
                await engine.broadcast([job(number)])
                await asyncio.sleep(0.1)
            for task in subscribed:
                task.cancel()
            await asyncio.gather(*subscribed, return_exceptions=True)

        assert set(first.started) & set(second.started)
        assert len(set(first.started)) == len(first.started), "a failed broadcast is not retried"

    run(test())


@only("nats", "rabbitmq", "kafka")
def test_a_message_that_is_not_a_job_is_set_aside_and_the_next_job_is_processed(harness):
    async def test():
        listener = RecordingListener()
        async with open_engine(harness) as engine:
            await publish_garbage(engine)
            await engine.publish([job(1)])
            async with running_worker(engine, listener):
                await eventually(lambda: listener.has_processed([job(1)]))
                assert await engine.dead_letters() == []

    run(test())


async def publish_garbage(engine):
    """Publish a message that is not a job to the queue of a listener."""
    if engine.name == "nats":
        await engine.streams.publish(engine._subject(LISTENER), b"{}")
    elif engine.name == "rabbitmq":
        await engine.put(b"{}", engine._queue(LISTENER))
    else:
        await engine._broker.publish(b"{}", topic=engine._topic(LISTENER), key=b"7")
