"""A scenario in real time on real servers; what is checked is what came of it, not how long it took."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from docs.pages.graduation import table
from eventdemo.core.fates import Fate
from eventdemo.durable.engine import EngineUnavailableError
from eventdemo.trials.graduation import real
from eventdemo.trials.graduation.real import SPEED, Workload, play, quicker
from mock_services import FaultPlan

USERS = 3


def played(engine, **options):
    return asyncio.run(play(Workload("fan-out", USERS, 7), engine, **options))


@pytest.mark.parametrize("engine", ["", "outbox", "bullmq", "nats"])
def test_the_same_deliveries_are_done_in_process_and_behind_each_engine(engine):
    trace = played(engine, concurrency=2).trace

    assert trace.ledger == {Fate.DONE: 3 * USERS}
    assert trace.emitted == USERS
    assert trace.balanced
    assert trace.strategy == (engine or "awaited")
    assert 0 < trace.metrics.emit_returned_p50 < trace.metrics.last_listener_done


@pytest.mark.parametrize("engine", ["outbox", "bullmq"])
def test_what_fails_every_time_ends_as_a_dead_letter_and_the_run_ends(engine, monkeypatch):
    monkeypatch.setattr(FaultPlan, "realistic", classmethod(lambda cls: cls().spoiled("down", only="oracle_fusion")))

    trace = played(engine).trace

    assert trace.ledger == {Fate.DONE: USERS, Fate.DEAD_LETTERED: 2 * USERS}
    assert trace.balanced


def test_if_nobody_works_it_says_so_instead_of_waiting_for_ever(monkeypatch):
    @asynccontextmanager
    async def nobody(*_, **__):
        yield

    monkeypatch.setattr(real, "running", nobody)
    monkeypatch.setattr(real, "PATIENCE", 0.2)

    with pytest.raises(EngineUnavailableError, match="9 still wait"):
        played("outbox")


def test_the_services_are_quicker_and_count_in_a_shorter_time():
    usual, quick = FaultPlan.realistic().oracle_fusion, quicker(FaultPlan.realistic()).oracle_fusion

    assert quick.latency.median_ms * SPEED == pytest.approx(usual.latency.median_ms)
    assert quick.rate_limit.seconds * SPEED == pytest.approx(usual.rate_limit.seconds)
    assert quick.rate_limit.requests == usual.rate_limit.requests


def test_speeds_are_shown_with_the_bus_in_process_as_the_measure():
    shown = table(
        [
            {"engine": "in process", "jobs": 100, "accepted": 1000.0, "done": 1000.0},
            {"engine": "outbox", "jobs": 100, "accepted": 500.0, "done": 250.0},
        ]
    )
    assert "| outbox | 500 | 250 | 25.0% |" in shown
