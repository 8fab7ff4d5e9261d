import re
from itertools import groupby, pairwise

import pytest

from eventdemo.fates import Fate
from eventdemo.views import svg
from eventdemo.views.excerpt import about, first
from eventdemo.views.svg.theme import DARK, LIGHT
from eventdemo.views.wording import REASONS
from tests.views.drawn import ACROSS, DOWN, SVG, extents, marks, placed, texts, tree
from tests.views.hand_made import all_five, chained, every_fate, fan_out

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


def test_a_lost_delivery_says_why_where_it_was_lost():
    assert {fate for fate in Fate if fate.verdict == "lost"} == set(REASONS)
    assert set(REASONS.values()) <= set(texts(tree([every_fate()])))


def test_the_end_of_emit_is_written_at_its_bar():
    shown = texts(tree(all_five()))

    assert shown.count("returned after 1.42 s") == 2
    assert "returned at once" in shown


def test_a_refusal_stands_in_the_bar_that_waited_for_it():
    assert "429" in texts(tree([fan_out("detached")]))


def test_what_is_left_out_is_written_below():
    assert texts(tree([about(chained(), "user 7")]))[-1] == "2 of 3 emits shown; 1 left out."


def test_each_fate_has_its_letter_or_its_word():
    shown = " ".join(texts(tree([first(every_fate(), len(Fate))])))

    assert all(fate.letter in shown for fate in Fate if fate is not Fate.DONE)


@pytest.mark.parametrize("width", [360, 390, 640, 1040, 1600])
def test_nothing_sticks_out_of_the_card(width):
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


def test_narrow_sheets_put_labels_above_the_bars():
    wide, narrow = tree([fan_out("sync")]), tree([fan_out("sync")], width=390)

    assert float(narrow.get("height")) > float(wide.get("height"))
    assert "notify_procurement_tasks" in texts(narrow)


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_a_theme_brings_its_own_card(theme, colours):
    card = next(tree([fan_out("sync")], theme=theme).iter(f"{SVG}rect"))

    assert card.get("fill") == colours.card


def test_the_page_decides_colours_of_the_page_theme():
    assert not re.search(r'"#[0-9a-f]{6}"', svg.draw([fan_out("sync")], theme="page"))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_colour_that_carries_meaning_can_be_read_on_its_card(theme):
    """4.5 to 1 is what the WCAG ask of text."""
    for colour in (theme.ink, theme.muted, theme.ok, theme.seen, theme.logged, theme.unseen, theme.lost, theme.extra):
        assert contrast(colour, theme.card) >= 4.5, colour


def contrast(one, other):
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_nothing_at_all_is_still_a_picture():
    assert tree([]).tag == f"{SVG}svg"
    assert "nothing here about user 99" in texts(tree([about(chained(), "user 99")]))
