"""A scenario in real time on real servers: the tests check the outcome, not the duration."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from docs.pages.graduation import table
from eventdemo.core.fates import Fate
from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.trials.graduation import real
from eventdemo.trials.graduation.real import SPEED, accelerated, run_in_real_time
from mock_services import FaultPlan

USERS = 3


def measure(engine, **options):
    trace, _ = asyncio.run(run_in_real_time("fan-out", engine, users=USERS, seed=7, **options))
    return trace


@pytest.mark.parametrize("engine", ["", "outbox", "bullmq", "nats"])
def test_the_same_deliveries_are_done_in_process_and_behind_each_engine(engine):
    trace = measure(engine, concurrency=2)

    assert trace.ledger == {Fate.DONE: 3 * USERS}
    assert trace.emitted == USERS
    assert trace.balanced
    assert trace.strategy == (engine or "awaited")
    assert 0 < trace.metrics.emit_returned_p50 < trace.metrics.last_listener_done


@pytest.mark.parametrize("engine", ["outbox", "bullmq"])
def test_a_job_that_fails_every_time_is_dead_lettered_and_the_run_ends(engine, monkeypatch):
    monkeypatch.setattr(
        FaultPlan, "realistic", classmethod(lambda cls: cls().with_faults("down", only="oracle_fusion"))
    )

    trace = measure(engine)

    assert trace.ledger == {Fate.DONE: USERS, Fate.DEAD_LETTERED: 2 * USERS}
    assert trace.balanced


def test_without_a_worker_the_run_fails_instead_of_waiting_for_ever(monkeypatch):
    @asynccontextmanager
    async def no_worker(*_, **__):
        yield

    monkeypatch.setattr(real, "runtime", no_worker)
    monkeypatch.setattr(real, "TIMEOUT", 0.2)

    with pytest.raises(EngineUnavailableError, match="9 still wait"):
        measure("outbox")


def test_accelerated_services_answer_faster_and_have_a_shorter_rate_limit_window():
    usual, fast = FaultPlan.realistic().oracle_fusion, accelerated(FaultPlan.realistic()).oracle_fusion

    assert fast.latency.median_ms * SPEED == pytest.approx(usual.latency.median_ms)
    assert fast.rate_limit.seconds * SPEED == pytest.approx(usual.rate_limit.seconds)
    assert fast.rate_limit.requests == usual.rate_limit.requests


def test_throughput_is_shown_relative_to_the_in_process_bus():
    shown = table(
        [
            {"engine": "in process", "jobs": 100, "accepted": 1000.0, "done": 1000.0},
            {"engine": "outbox", "jobs": 100, "accepted": 500.0, "done": 250.0},
        ]
    )
    assert "| throughput vs. in-process |" in shown
    assert "| outbox | 500 | 250 | 25.0% |" in shown
