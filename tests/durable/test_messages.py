"""What the engines report to a broker and to the log when a job fails: in which order, and in which words."""

import asyncio
import logging

import pytest

from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.durable.engines.kafka import ATTEMPT_TIMEOUT, TooSlowError, within
from eventdemo.durable.engines.rabbitmq import _RabbitJobMessage
from eventdemo.durable.jobs import RetryPolicy
from tests.durable.contract import RecordingListener, only, open_engine, run, running_worker
from tests.durable.harness import HARNESSES, LISTENER, eventually, job
from tests.durable.virtual import play


class Delivered:
    """A message of RabbitMQ that records what its worker reports."""

    def __init__(self, steps):
        self.raw_message, self.headers = self, {"attempt": 1}
        self.body = job(1).model_dump_json().encode()
        self._steps = steps

    async def ack(self):
        self._steps.append("acknowledged")

    async def nack(self, requeue):
        self._steps.append("returned to the queue")


def steps_of_a_failed_attempt(attempts, store):
    """Let an attempt fail whose retry or dead letter is stored by `store`; return the steps."""
    steps, engine = [], HARNESSES["rabbitmq"].new_engine(url="amqp://127.0.0.1:1/")

    async def put(body, queue, **headers):
        store()
        await asyncio.sleep(0.1)
        steps.append(f"stored in {queue.name}")

    engine.put = put

    async def test():
        listener, policy = RecordingListener(failures=1), RetryPolicy(attempts=attempts)
        await _RabbitJobMessage(Delivered(steps), engine, LISTENER, listener, policy).process()

    play(test)
    return steps


def unavailable():
    raise EngineUnavailableError("RabbitMQ did not answer.")


@pytest.mark.parametrize(("attempts", "queue"), [(3, f"eventdemo.{LISTENER}.after.2000ms"), (1, "eventdemo.dead")])
def test_a_failed_job_of_rabbitmq_is_acknowledged_only_after_its_copy_is_stored(attempts, queue):
    assert steps_of_a_failed_attempt(attempts, lambda: None) == [f"stored in {queue}", "acknowledged"]


def test_a_failed_job_of_rabbitmq_returns_to_its_queue_if_its_copy_cannot_be_stored(caplog):
    assert steps_of_a_failed_attempt(3, unavailable) == ["returned to the queue"]
    assert "The outcome is not accepted, so the job is redelivered." in caplog.text


def test_a_worker_tries_again_even_if_its_library_fails_to_disconnect(monkeypatch):
    brokers = []

    class Broker:
        def __init__(self):
            brokers.append(self)

        async def connect(self):
            raise ConnectionResetError("reset by peer")

        async def stop(self):
            raise ExceptionGroup("unhandled errors", [ConnectionResetError("reset by peer")])

    async def test():
        engine = HARNESSES["rabbitmq"].new_engine(url="amqp://127.0.0.1:1/")
        monkeypatch.setattr(engine, "_new_broker", Broker)
        monkeypatch.setattr(engine, "_consume", lambda *_: None)
        async with running_worker(engine, RecordingListener()):
            await eventually(lambda: len(brokers) == 2)

    play(test)


@only("outbox", "bullmq", "nats", "rabbitmq")
def test_failed_attempts_and_dead_letters_are_logged(harness, caplog):
    async def test():
        policy = {LISTENER: RetryPolicy(attempts=2, first_delay=0.1)}
        async with (
            open_engine(harness, policies=policy) as engine,
            running_worker(engine, RecordingListener(failures=2)),
        ):
            await engine.publish([job(1)])
            await eventually(engine.dead_letters)
            await eventually(lambda: "is a dead letter" in caplog.text)

    with caplog.at_level(logging.WARNING):
        run(test())
    assert (
        f"{job(1)} failed (attempt 1 of 2) and is retried in 0.1 s: ValueError: the printer is on fire" in caplog.text
    )
    assert f"{job(1)} is a dead letter after 2 failed attempts: ValueError: the printer is on fire" in caplog.text


def test_an_attempt_of_kafka_is_cancelled_before_its_worker_loses_the_job():
    async def hang(job):
        await asyncio.sleep(2 * ATTEMPT_TIMEOUT)

    async def test():
        with pytest.raises(TooSlowError, match="cancelled after 300 s, or else Kafka gives its job to another worker"):
            await within(ATTEMPT_TIMEOUT, hang)(job(1))

    play(test)


def test_a_worker_of_kafka_may_be_away_for_all_attempts_and_the_delays_between_them():
    settings = {}

    class Broker:
        def subscriber(self, topic, **options):
            settings.update(options)
            return lambda handler: None

    policy = RetryPolicy(attempts=3)
    HARNESSES["kafka"].new_engine(url="127.0.0.1:1")._consume(Broker(), LISTENER, policy, RecordingListener())

    assert settings["max_poll_interval_ms"] > 1000 * (3 * ATTEMPT_TIMEOUT + policy.delay(1) + policy.delay(2))
