"""The statements in the prose around outputs, so that they cannot contradict refreshed outputs."""

import asyncio
import json
from datetime import UTC

import pytest

from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.cli.served_app import served_app
from eventdemo.core.fates import Fate
from eventdemo.simulate import DEFAULTS, simulate
from mock_services import Company
from tests.house.repo import text


@pytest.fixture(scope="module")
def logouts():
    """Return the comparison of docs/index.md and of the first notebook."""
    return {strategy: simulate("logout", strategy=strategy, users=3) for strategy in DEFAULTS}


def test_waiting_for_every_listener_costs_minutes(compared):
    assert all(compared[strategy].metrics.last_listener_done > 120 for strategy in ("sync", "sequential", "awaited"))


def test_if_everything_starts_at_once_oracle_rejects_most_of_the_calls(compared):
    metrics = compared["detached"].metrics

    assert metrics.throttled > metrics.calls["oracle-fusion"] / 2


def test_with_detached_the_errors_are_lost(compared):
    assert set(compared["detached"].ledger) == {Fate.DONE, Fate.FAILED_UNSEEN}


def test_a_concurrency_limit_keeps_most_of_the_speed_without_rate_limiting(compared):
    bounded, awaited = compared["bounded:8"].metrics, compared["awaited"].metrics

    assert bounded.throttled == 0
    assert bounded.last_listener_done < awaited.last_listener_done / 2


def test_with_sync_a_logout_blocks_all_other_requests(logouts):
    metrics = logouts["sync"].metrics

    assert metrics.emit_returned_p95 > 0.1
    assert metrics.longest_stall > 0.1


def test_with_awaited_a_logout_continues_while_topics_are_still_subscribed(logouts):
    emits = [span for span in logouts["awaited"].spans if span.kind == "emit"]

    assert all(emit.end == emit.start for emit in emits)
    assert max(child.end for emit in emits for child in logouts["awaited"].children(emit)) > emits[-1].end + 0.1


def test_two_slots_take_about_as_long_as_awaited_and_sixteen_are_rate_limited():
    """As in notebooks/00_start_here.ipynb."""
    runs = {
        name: simulate("fan-out", strategy=name, users=40).metrics for name in ("awaited", "bounded:2", "bounded:16")
    }

    assert runs["bounded:2"].last_listener_done == pytest.approx(runs["awaited"].last_listener_done, rel=0.2)
    assert runs["bounded:16"].throttled > 0


def test_the_crash_lab_lost_nothing_behind_a_durable_queue_and_more_than_predicted_without():
    """As in docs/graduate/index.md."""
    in_process, *durable = json.loads(text("docs/data/crash-lab.json"))

    assert {record["engine"]: record["lost"] for record in durable if record["lost"]} == {}
    assert in_process["lost"] > in_process["predicted"]["lost"]
    assert in_process["unexplained"] == 0


def test_more_rounds_behind_nats_than_behind_the_others_lost_and_dead_lettered_nothing():
    """As in docs/graduate/index.md."""
    behind_nats = [record for record in json.loads(text("docs/data/crash-lab.json")) if record["engine"] == "nats"]

    rounds, accepted = (sum(record[each] for record in behind_nats) for each in ("rounds", "accepted"))
    assert sum(record["done"] for record in behind_nats) == accepted
    page = text("docs/graduate/index.md")
    assert f"{rounds} rounds behind NATS" in page
    assert f"all {accepted:,} accepted" in page


def test_the_served_app_drains_at_the_end_of_its_lifespan():
    """As in docs/how-to/own-backend.md."""
    done = []

    async def listener(event):
        await asyncio.sleep(0.02)
        done.append(event.user_id)

    async def main():
        app = served_app(Database(), Company(2, 7), UTC)
        async with app.router.lifespan_context(app):
            app.state.backend.bus.on(AuthLogin, listener)
            app.state.backend.bus.emit(AuthLogin(user_id=1))

    asyncio.run(main())
    assert done == [1]
