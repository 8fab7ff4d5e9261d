"""Outcomes are visible without colour vision and on a bad screen."""

from itertools import combinations

import pytest

from eventdemo.core.fates import Fate
from eventdemo.trace.svg.glyphs import glyph
from eventdemo.trace.svg.theme import DARK, LIGHT, PAGE, THEMES, colours
from tests.trace.colours import SEES, contrast, distance

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_every_text_colour_is_readable_on_its_card(theme):
    """The WCAG require a contrast of 4.5 to 1 for text."""
    for colour in (theme.ink, theme.muted, *map(theme.of, Fate)):
        assert contrast(colour, theme.card) >= 4.5, colour


@BOTH
def test_text_is_readable_on_the_backgrounds_of_stalls_and_outages(theme):
    for behind in (theme.stall, theme.dead):
        assert contrast(theme.ink, behind) >= 4.5
        assert contrast(theme.lost, behind) >= 4.5


@BOTH
@pytest.mark.parametrize("eyes", SEES)
def test_verdict_colours_are_distinct_for_every_kind_of_colour_vision(theme, eyes):
    by_verdict = {fate.verdict: {theme.of(one) for one in Fate if one.verdict == fate.verdict} for fate in Fate}

    for (one, these), (other, those) in combinations(by_verdict.items(), 2):
        apart = min(distance(a, b, eyes) for a in these for b in those)
        assert apart >= 18, f"{one} and {other} are only {apart:.0f} apart for eyes that see {eyes}"


def test_every_fate_has_its_own_letter():
    assert len({fate.letter for fate in Fate}) == len(Fate)


def test_every_verdict_has_its_own_shape():
    shapes = {fate.verdict: glyph(0, 0, fate, LIGHT)[0][0] for fate in Fate}

    assert shapes == {"ok": "circle", "failed": "polygon", "lost": "path", "extra": "rect"}


def test_a_page_defines_every_colour_that_a_picture_uses():
    asked = {f"var({name})" for name in colours(LIGHT)}

    assert set(vars(PAGE).values()) == asked
    assert set(THEMES) == {"light", "dark", "page"}
