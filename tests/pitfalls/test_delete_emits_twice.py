"""`delete-emits-twice`: the order of two queries decides whether a deleted user is notified of a change."""

from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.report import report
from eventdemo.simulate import simulate
from tests.pitfalls.orders import broken_orders, printed


def test_it_fails_if_the_devices_are_read_before_they_are_logged_out():
    printed_report = report(explore(experiment("delete-emits-twice")))

    assert "confirm_change reads user 4's devices before log_out_deleted_user writes them." in printed_report


def test_running_listeners_of_one_event_in_sequence_does_not_help():
    assert broken_orders("delete-emits-twice") == {
        "sync": (1, 1),
        "sequential": (2, 3),
        "awaited": (1, 2),
        "bounded:1": (1, 1),
        "detached": (1, 2),
    }
    assert set(broken_orders("delete-emits-twice:repaired").values()) == {(0, 1)}


def test_the_fixed_version_emits_half_as_many_events():
    assert (simulate("delete-emits-twice").emitted, simulate("delete-emits-twice", variant="repaired").emitted) == (
        50,
        25,
    )


def test_the_printed_code_emits_two_events_in_node():
    (line,) = [
        line for line in printed("06_delete_events") if line.startswith("id == null check   ") and "delete" in line
    ]

    assert line.endswith("delete: updated id=1 (row: isDeleted=true) deleted id=1")
