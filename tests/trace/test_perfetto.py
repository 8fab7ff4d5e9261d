import json
from collections import Counter
from itertools import pairwise

import pytest

from eventdemo.trace.perfetto import chrome_trace
from tests.trace.hand_made import Story, all_five, chained, every_fate, fan_out

EVERYTHING = [*all_five(), every_fate(), chained()]


def events(sources, ph=""):
    found = json.loads(chrome_trace(sources))["traceEvents"]
    return [event for event in found if ph in {"", event["ph"]}]


def test_a_lane_is_a_thread_and_a_strategy_a_process():
    names = [
        event["args"]["name"] for event in events([fan_out("sync"), fan_out("awaited")], "M") if "name" in event["args"]
    ]

    assert names[:3] == ["sync, instance A", "event loop blocked", "CheckNotifications.poll"]
    assert "awaited, instance A" in names
    assert names.count("notify_hr_tasks") == 2


def test_times_are_whole_microseconds():
    assert all(isinstance(event["ts"], int) and event["ts"] >= 0 for event in events(EVERYTHING) if event["ph"] != "M")


def test_nested_events_end_on_the_same_thread_before_their_parent():
    """Viewers pair `b` and `e` of one id like brackets."""
    stacks = {}
    for event in events(EVERYTHING):
        key = (event["pid"], event["tid"], event.get("cat"), event.get("id"))
        if event["ph"] == "b":
            stacks.setdefault(key, []).append(event["name"])
        elif event["ph"] == "e":
            assert stacks[key].pop() == event["name"]

    assert not any(stacks.values())


def test_overlapping_calls_do_not_share_an_id():
    story = Story()
    delivery = story.deliver("greet", story.emit("user.created", 0, 0), 0, 0, 1)
    for start, end in ((0, 0.5), (0.2, 0.8), (0.8, 1)):
        story.call("GET /", delivery, start, end, "yardi 200")

    assert len({event["id"] for event in events([story.trace()], "b") if event["name"] == "GET /"}) == 2


def test_an_id_is_used_once():
    owners = {}
    for event in events(EVERYTHING, "b"):
        owners.setdefault((event["cat"], event["id"]), set()).add((event["pid"], event["tid"]))

    assert all(len(threads) == 1 for threads in owners.values())


def test_every_arrow_has_one_start_and_one_end():
    starts = Counter(event["id"] for event in events(EVERYTHING, "s"))
    ends = Counter(event["id"] for event in events(EVERYTHING, "f"))

    assert starts == ends
    assert set(starts.values()) == {1}


@pytest.mark.parametrize("ph", ["s", "f"])
def test_an_arrow_is_attached_to_a_slice(ph):
    slices = {(e["pid"], e["tid"], e["ts"]) for e in events(EVERYTHING, "X")}

    assert {(e["pid"], e["tid"], e["ts"]) for e in events(EVERYTHING, ph)} <= slices


def test_slices_of_a_thread_nest():
    threads = {}
    for event in events(EVERYTHING, "X"):
        threads.setdefault((event["pid"], event["tid"]), []).append((event["ts"], event["ts"] + event["dur"]))

    for stretches in threads.values():
        placed = sorted(set(stretches))
        assert all(one[1] <= other[0] for one, other in pairwise(placed))
