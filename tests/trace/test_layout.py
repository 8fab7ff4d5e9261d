import pytest

from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import about, first
from eventdemo.trace.layout import on_one_axis, panels_of
from eventdemo.trace.record import Stall
from eventdemo.trace.segments import Activity, merged_stalls
from tests.trace.hand_made import TASKS, Story, all_five, chained, every_fate, fan_out


def lanes_of(trace):
    return panels_of([trace])[0].lanes


def activities(trace, name):
    [lane] = [lane for lane in lanes_of(trace) if lane.label == name]
    return [(piece.activity, piece.start, piece.end) for bar in lane.bars for piece in bar.segments]


def test_the_emitter_stands_first_then_listeners_in_the_order_of_being_scheduled():
    assert [lane.label for lane in lanes_of(fan_out("awaited"))] == [
        "CheckNotifications.poll",
        "notify_procurement_tasks",
        "notify_hr_tasks",
        "notify_leasing_tasks",
    ]


def test_a_listener_that_emits_has_a_separate_emitter_lane_after_its_own():
    assert [(lane.label, lane.is_root) for lane in lanes_of(about(chained(), "user 7"))] == [
        ("ProfileSyncCallers.from_http_endpoint", True),
        ("sync_profile", False),
        ("ProfileSync.sync_profile", False),
        ("notify_procurement_tasks", False),
        ("notify_hr_tasks", False),
    ]


def test_instances_stay_together():
    assert [lane.instance for lane in lanes_of(every_fate())][-1] == "B"


def test_the_emitters_bar_ends_where_emit_returned():
    ends = {trace.strategy: lanes_of(trace)[0].bars[0].end for trace in all_five()}

    assert ends == {"sync": 1_420_000, "sequential": 1_420_000, "awaited": 550_000, "bounded:8": 350_000, "detached": 0}


def test_a_listener_is_due_then_waits_at_its_call():
    assert activities(fan_out("sequential"), "notify_hr_tasks") == [
        (Activity.DUE, 0, 520_000),
        (Activity.WAITING, 520_000, 870_000),
    ]


def test_a_call_inside_a_stall_blocked_the_event_loop():
    assert activities(fan_out("sync"), "notify_hr_tasks")[1] == (Activity.RUNNING, 520_000, 870_000)


def test_a_call_that_extends_beyond_a_stall_was_waiting():
    story = Story()
    emit = story.emit("user.created", 0.0, 0.0)
    waits = story.deliver("waits", emit, 0.0, 0.0, 1.0)
    story.call(TASKS, waits, 0.0, 1.0, "oracle-fusion 200")
    story.deliver("blocks", emit, 0.0, 0.2, 0.6)
    trace = story.trace(stalls=[(0.2, 0.6)])

    assert {activity for activity, _, _ in activities(trace, "waits")} == {Activity.WAITING}
    assert activities(trace, "blocks") == [(Activity.DUE, 0, 200_000), (Activity.RUNNING, 200_000, 600_000)]


def test_time_outside_calls_and_stalls_counts_as_waiting():
    """Computing takes no virtual time, so everything that takes time is a query, a lock or a timer."""
    story = Story()
    emit = story.emit("user.created", 0.0, 0.0)
    story.deliver("sleeps", emit, 0.0, 0.0, 0.5)

    assert activities(story.trace(), "sleeps") == [(Activity.WAITING, 0, 500_000)]


def test_overlapping_deliveries_of_one_listener_have_different_rows():
    story = Story()
    for start in (0.0, 0.1, 0.5):
        emit = story.emit("user.created", start, start)
        story.deliver("greet", emit, start, start, start + 0.3)

    [_, greet] = lanes_of(story.trace())

    assert [bar.row for bar in greet.bars] == [0, 1, 0]


def test_adjacent_stalls_are_merged():
    stalls = [Stall(start=1.0, end=2.0), Stall(start=0.0, end=1.0), Stall(start=3.0, end=4.0)]

    assert merged_stalls(stalls) == ((0, 2_000_000), (3_000_000, 4_000_000))


def test_stacked_traces_share_one_axis():
    layout = on_one_axis(panels_of(all_five()), 80)

    assert {0, 350_000, 550_000, 1_420_000} <= set(layout.axis.instants)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("sync", "emit returned after 1.42 s · listeners ended by 1.42 s"),
        ("detached", "emit returned immediately · listeners ended by 400 ms"),
    ],
)
def test_a_panel_has_a_summary_of_one_line(strategy, expected):
    assert panels_of([fan_out(strategy)])[0].summary() == expected


def test_an_empty_excerpt_says_so():
    (panel,) = panels_of([about(chained(), "user 99")])

    assert (panel.lanes, panel.summary()) == ((), "no events about user 99")


def test_different_omissions_name_their_panel():
    notes = on_one_axis(panels_of([first(chained(), 1), first(chained())]), 60).notes()

    assert notes == ("awaited: 2 of 3 emits shown; 1 omitted.",)


def test_a_failed_delivery_names_its_cause():
    causes = {b.span.name: b.cause_of_failure() for lane in lanes_of(fan_out("detached")) for b in lane.bars}

    assert causes["notify_procurement_tasks"] == "oracle-fusion 429"
    assert causes["notify_hr_tasks"] == ""


def test_instances_are_listed_by_name_and_not_in_the_order_in_which_they_began():
    [panel] = panels_of([about(simulate("fan-out", users=6, instances=3), "user 2")])
    assert [span.instance for span in panel.excerpt.spans if span.kind == "emit"] == ["A", "C", "B"]

    assert panel.instances == ("A", "B", "C")
