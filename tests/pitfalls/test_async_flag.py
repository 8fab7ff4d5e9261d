"""`async-flag`: each column does what the real packages did with that option; the article says the opposite."""

import json
from functools import cache

import pytest

from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.fates import Fate
from eventdemo.pitfalls.async_flag import FLAGS
from eventdemo.simulate import simulate
from tests.house.repo import text
from tests.pitfalls.orders import broken_orders

ROWS = {
    row["options"]: row
    for row in json.loads(text("eventdemo/learn/nest_options.json"))["nest_rows"]
    if row["scope"] == "singleton" and "12.0.1" in row["versions"]
}
MEASURED = [(flag, option) for flag in FLAGS for option in flag.options]
ERROR_GOES_TO = {
    "emitter": {Fate.FAILED_SEEN},
    "log": {Fate.FAILED_LOGGED},
    "process": {Fate.FAILED_UNSEEN},
    "nobody": set(),
}


@cache
def simulated(name):
    return simulate("async-flag", variant=name)


def test_every_option_that_was_measured_has_one_column():
    assert sorted(option for _, option in MEASURED) == sorted(ROWS)


@pytest.mark.parametrize(("flag", "option"), MEASURED, ids=lambda value: getattr(value, "name", value))
def test_a_column_does_what_the_packages_did(flag, option):
    trace, row = simulated(flag.name), ROWS[option]
    failed = {fate for fate in trace.ledger if fate.verdict == "failed"}

    assert trace.checks[0].holds is row["waits"]
    assert (Fate.NEVER_AWAITED not in trace.ledger) is row["called"]
    assert failed == ERROR_GOES_TO[row["emit_async_fails"]]


@pytest.mark.parametrize("said", ["true", "false"])
def test_what_the_article_says_about_a_value_is_what_the_other_value_does(said):
    other = {"true": "false", "false": "true"}[said]

    assert simulated(f"said-{said}").checks == simulated(other).checks != simulated(said).checks
    assert simulated(f"said-{said}").metrics == simulated(other).metrics


def test_the_flag_saves_time_for_the_caller_only():
    waits, does_not = simulated("false"), simulated("true")

    assert does_not.metrics.emit_returned_p95 == 0 < waits.metrics.emit_returned_p50
    assert does_not.metrics.calls == waits.metrics.calls


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_a_column_makes_the_emitter_wait_in_every_schedule_or_in_none(flag):
    orders = broken_orders(f"async-flag:{flag.name}")
    waits = flag.delivery is DeliveryMode.AWAITED and not flag.bus

    assert orders["awaited"] == orders["sequential"] == ((0, 1) if waits else (1, 1))
    assert orders["detached"] == (1, 1)
    assert orders["sync"] == ((1, 1) if flag.bus else (0, 1))
