"""Outlines of another run: what would have happened without the kill, or under another strategy."""

from dataclasses import replace

import pytest

from eventdemo.simulate import simulate
from eventdemo.trace import svg, text
from eventdemo.trace.excerpt import as_excerpt, compared
from eventdemo.trace.layout import on_one_axis, panels_of
from tests.trace.drawn import SVG, extents, placed, tree
from tests.trace.hand_made import Story

WHOLE = "unsubscribe_from_topics for user 2"


@pytest.fixture(scope="module")
def killed():
    return compared(simulate("logout", users=4, crashes="A@0.2"), simulate("logout", users=4), "", "without the kill")


def test_outlined_is_the_whole_of_each_delivery_that_the_kill_ended(killed):
    lost = {span.subject: span for span in killed.spans if span.fate == "lost-in-crash"}
    whole = {span.subject: span for span in killed.outlines if span.name == "unsubscribe_from_topics"}

    assert lost.keys() == {"user 2", "user 3"}
    for subject, span in lost.items():
        assert whole[subject].scheduled == span.scheduled
        assert whole[subject].end > span.end


def test_outlined_is_what_the_kill_kept_from_beginning(killed):
    assert [span.subject for span in killed.outlines if span.kind == "emit"] == ["user 4"]


def test_what_happened_at_the_same_time_in_both_runs_has_no_outline(killed):
    assert not {"user 1"} & {span.subject for span in killed.outlines}
    assert compared(trace := simulate("logout", users=3), trace).outlines == ()


def test_both_runs_have_one_origin_so_that_a_late_visitor_is_seen_to_wait():
    blocked = compared(simulate("logout", users=3, strategy="sync"), simulate("logout", users=3), "user 3", "awaited")
    came, was_due = blocked.spans[0].scheduled, blocked.outlines[0].scheduled

    assert was_due == 0
    assert round(came, 3) == 0.467


def test_a_lane_may_have_outlines_only():
    story = Story()
    story.emit("said", 0.0, 0.0)
    other = Story()
    other.deliver("listen", other.emit("said", 0.0, 0.0), 0.0, 0.0, 1.0)
    excerpt = compared(story.trace(), other.trace(), "", "with a listener")

    lanes = on_one_axis(panels_of([excerpt]), 60).panels[0].lanes

    assert [(lane.label, len(lane.bars), len(lane.outlines)) for lane in lanes][1:] == [("listen", 0, 1)]
    assert "listen" in svg.draw([excerpt])
    assert "┈" in text.draw([excerpt])


def test_the_picture_names_its_outlines_and_describes_each_one(killed):
    drawn = svg.draw([killed])

    assert f'aria-label="without the kill, {WHOLE}: ' in drawn
    assert ">without the kill</text>" in drawn
    assert "listeners ended by 198 ms (without the kill: 558 ms)" in drawn
    assert drawn.count("data-span=") == sum(span.kind != "call" for span in killed.spans)


def test_no_label_lies_over_an_outline():
    morning, fixed = (simulate("blocking-listener", users=10, variant=name) for name in ("broken", "repaired"))
    root = tree([compared(morning, fixed, "", "if repaired")], width=580)
    boxes = [
        (float(box.get("x")), float(box.get("y")) + down, float(box.get("width")), float(box.get("height")))
        for group, down in placed(root)
        if group.get("data-outline")
        for box in group.iter(f"{SVG}rect")
    ]

    assert len(boxes) == 10
    for baseline, left, right, label in extents(root):
        over = [x for x, y, width, height in boxes if y < baseline < y + height and left < x + width and x < right]
        assert not over, label


@pytest.mark.parametrize("width", [366, 900])
def test_a_picture_to_scale_says_so_and_the_same_time_has_the_same_length(width):
    excerpts = [
        replace(as_excerpt(simulate("logout", users=3, strategy=name)), scale=0.0) for name in ("sync", "awaited")
    ]

    assert "Time, to scale" in svg.draw(excerpts, width=width)
    assert "not to scale" not in svg.draw(excerpts, width=width)
    assert text.draw(excerpts).startswith("time, to scale")
    axis = on_one_axis(panels_of(excerpts), 200).axis
    assert axis.cell(400_000) - axis.cell(200_000) == axis.cell(800_000) - axis.cell(600_000)


def test_an_axis_to_scale_keeps_its_end_if_the_run_is_shorter():
    short, long = (as_excerpt(simulate("logout", users=users)) for users in (2, 8))

    axes = [on_one_axis(panels_of([replace(excerpt, scale=2.0)]), 80).axis for excerpt in (short, long)]

    assert axes[0] == axes[1]
    assert axes[0].instants[-1] == 2_000_000


def test_the_end_of_the_other_run_counts_a_listener_that_ended_alike():
    broken, repaired = (simulate("blocking-listener", users=10, variant=name) for name in ("broken", "repaired"))

    shown = compared(broken, repaired, outlined="if repaired")

    assert max(span.end for span in shown.outlines) < 0.01
    assert shown.outlined_end == pytest.approx(0.4, abs=0.01)
    assert "(if repaired: 401 ms)" in panels_of([shown])[0].summary()
