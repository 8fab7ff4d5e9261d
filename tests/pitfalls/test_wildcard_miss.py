"""`wildcard-miss`: our wildcards match what EventEmitter2's matched."""

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed

HEAD, *ROWS = [[cell.strip() for cell in line.split("|")] for line in printed("03_wildcard_match") if "|" in line][:9]
NAMES = HEAD[1:]
RECORDED = {row[0]: dict(zip(HEAD[1:], map(int, row[1:]), strict=True)) for row in ROWS}


@pytest.mark.parametrize("pattern", ["user.*", "user.**"])
def test_a_pattern_matches_what_event_emitter_2_matched(pattern):
    bus, heard = EventBus(), []
    bus.on(pattern, heard.append)

    for name in NAMES:
        bus.emit(name, name)

    assert {name: heard.count(name) for name in NAMES} == {name: RECORDED[pattern][name] for name in NAMES}
    assert ("user.sync.task.notifications" in heard) is (pattern == "user.**")


def test_what_the_dashboard_misses_has_no_listener():
    assert simulate("wildcard-miss").ledger == {Fate.DONE: 25, Fate.NO_LISTENER: 25}


def test_no_strategy_helps():
    assert set(broken_orders("wildcard-miss").values()) == {(1, 1)}
