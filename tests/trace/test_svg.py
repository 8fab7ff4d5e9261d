import re
from itertools import groupby, pairwise

import pytest

from eventdemo.core.fates import Fate
from eventdemo.trace import svg
from eventdemo.trace.excerpt import about, first
from eventdemo.trace.naming import REASONS
from eventdemo.trace.record import Check
from eventdemo.trace.svg.theme import DARK, LIGHT
from tests.trace.drawn import ACROSS, DOWN, SVG, extents, marks, placed, texts, tree
from tests.trace.hand_made import Story, all_five, chained, died_for_good, every_fate, fan_out, instances, killed

PRESENTED = {"svg", "title", "g", "rect", "line", "path", "circle", "polygon", "text", "tspan"}


def test_only_elements_that_github_shows_are_used():
    root = tree([*all_five(), every_fate()])

    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= PRESENTED
    assert not [name for element in root.iter() for name in element.attrib if name in {"style", "class", "id", "href"}]


def test_every_mark_has_a_title_and_the_same_label():
    shown = marks(tree([first(every_fate(), len(Fate))]))

    assert len(shown) == len([span for span in every_fate().spans if span.kind != "call"])
    assert all(mark.find(f"{SVG}title").text == mark.get("aria-label") for mark in shown)


def test_the_legend_counts_the_fates_over_all_panels():
    shown = texts(tree(all_five()))

    assert "done 13" in shown
    assert "failed-unseen 1" in shown
    assert "lost 1 · cancelled-at-exit (X)" in shown


def test_a_lost_delivery_has_its_reason_where_it_was_lost():
    assert {fate for fate in Fate if fate.verdict == "lost"} == set(REASONS)
    assert set(REASONS.values()) <= set(texts(tree([every_fate()])))


def test_the_end_of_emit_is_written_at_its_bar():
    shown = texts(tree(all_five()))

    assert shown.count("returned after 1.42 s") == 2
    assert "returned immediately" in shown


def test_an_error_status_is_in_the_bar_that_waited_for_it():
    assert "429" in texts(tree([fan_out("detached")]))


def test_what_is_omitted_is_written_below():
    assert texts(tree([about(chained(), "user 7")]))[-1] == "2 of 3 emits shown; 1 omitted."


def test_each_fate_has_its_letter_or_its_word():
    shown = " ".join(texts(tree([first(every_fate(), len(Fate))])))

    assert all(fate.letter in shown for fate in Fate if fate is not Fate.DONE)


@pytest.mark.parametrize("width", [360, 390, 640, 1040, 1600])
def test_nothing_extends_beyond_the_card(width):
    root = tree([*all_five(), every_fate()], width=width)
    height = float(root.get("height"))

    for element, down in placed(root):
        assert all(0 <= float(element.get(name)) <= width for name in ACROSS if element.get(name))
        assert all(0 <= float(element.get(name)) + down <= height for name in DOWN if element.get(name))


@pytest.mark.parametrize("width", [390, 1040])
def test_texts_on_one_line_do_not_overlap(width):
    root = tree([*all_five(), every_fate()], width=width)

    for _, line in groupby(sorted(set(extents(root))), key=lambda extent: extent[0]):
        assert all(before[2] <= after[1] + 1 for before, after in pairwise(line))


def test_narrow_pictures_have_labels_above_the_bars():
    wide, narrow = tree([fan_out("sync")]), tree([fan_out("sync")], width=390)

    assert float(narrow.get("height")) > float(wide.get("height"))
    assert "notify_procurement_tasks" in texts(narrow)


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_a_theme_has_its_own_card(theme, colours):
    card = next(tree([fan_out("sync")], theme=theme).iter(f"{SVG}rect"))

    assert card.get("fill") == colours.card


def test_the_page_theme_has_no_colours_of_its_own():
    assert not re.search(r'"#[0-9a-f]{6}"', svg.draw([fan_out("sync")], theme="page"))


@pytest.mark.parametrize("traces", [all_five(), [chained()], [every_fate()], [instances()], [killed()]])
def test_every_emit_and_every_delivery_has_its_mark_and_its_arrow(traces):
    root = tree(excerpts := [first(trace, len(Fate)) for trace in traces])

    for excerpt, panel in zip(excerpts, root.findall(f"{SVG}g[@data-panel]"), strict=True):
        spans = [span for span in excerpt.spans if span.kind != "call"]
        assert sorted(int(mark.get("data-span")) for mark in marks(panel)) == sorted(span.id for span in spans)
        arrows = {int(g.get("data-arrow")) for g in panel.iter(f"{SVG}g") if g.get("data-arrow")}
        assert arrows == {span.id for span in spans if span.kind == "listener"}


def test_an_arrow_to_what_never_began_is_dashed():
    panel = tree([instances()])
    never = {mark.get("data-span") for mark in marks(panel) if "never started" in mark.get("aria-label")}

    dashed = {
        g.get("data-arrow")
        for g in panel.iter(f"{SVG}g")
        if g.get("data-arrow") and g.find(f"{SVG}path").get("stroke-dasharray")
    }
    assert dashed == never


def test_the_death_of_an_instance_is_marked_and_described():
    root = tree([instances()])

    labels = [g.get("aria-label") for g in root.iter(f"{SVG}g") if g.get("aria-label", "").startswith("Instance")]
    assert labels == ["Instance B died at 120 ms and restarted at 800 ms."]
    assert {"instance A", "instance B", "instance C", "died", "restarted", "the instance is dead"} <= set(texts(root))


def test_an_instance_that_stays_dead_has_no_restart():
    shown = texts(tree([died_for_good()]))

    assert "died" in shown
    assert "restarted" not in shown


def test_an_instance_that_died_before_the_picture_begins_is_called_dead():
    shown = texts(tree([about(killed([("A", -0.5, 0.3)]), "user 7")]))

    assert "dead" in shown
    assert "died" not in shown


def test_an_emit_during_which_the_instance_died_never_returned():
    assert "never returned" in texts(tree([killed()]))


def test_an_emitter_of_different_events_names_each():
    story = Story()
    heard = story.emit("user.updated", 0.0, 0.0, by="work_day")
    story.deliver("show_event", heard, 0.0, 0.0, 0.1)
    story.emit("user.sync.task.notifications", 0.0, 0.0, by="work_day", fate=Fate.NO_LISTENER)

    shown = texts(tree([story.trace()]))

    assert "user.updated: returned immediately" in shown
    assert "user.sync.task.notifications: no listener" in shown


def test_only_claims_that_some_panel_breaks_are_shown():
    kept, broken = (Check(claim="no push is lost", holds=holds, found=f"{holds}") for holds in (True, False))
    other = Check(claim="no user waits", holds=True, found="no user waits")
    story = Story()
    story.emit("user.updated", 0.0, 0.0)

    repaired = story.trace(variant="repaired", checks=[kept, other])
    both = texts(tree([story.trace(variant="broken", checks=[broken, other]), repaired]))

    assert {"✗ False", "✓ True"} <= set(both)
    assert "✓ no user waits" not in both
    assert "✓ True" not in texts(tree([repaired]))


def test_the_result_of_a_check_is_in_the_heading():
    assert "✗ 2 instances still use the old role" in texts(tree([instances()]))


def test_shortened_gaps_show_their_durations():
    story = Story()
    for at in (0.0, 0.1, 0.2, 9.0):
        story.deliver("greet", story.emit("user.created", at, at), at, at, at + 0.01)

    assert "⋯ 8.79 s" in texts(tree([story.trace()]))


def test_nothing_at_all_is_still_a_picture():
    assert tree([]).tag == f"{SVG}svg"
    assert "no events about user 99" in texts(tree([about(chained(), "user 99")]))
