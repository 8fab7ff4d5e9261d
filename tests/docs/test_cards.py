"""Each page has a picture for shared links, drawn in a font that has its characters, with room for its text."""

import html
import re
from collections import Counter
from io import BytesIO

import pytest

from tests.house.repo import assert_none
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("docs", "mkdocs", "PIL"))
SITE = "https://eventdemo.github.io/eventdemo/"


def said(page, name):
    """Return what a page says of itself when its link is shared."""
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', page)
    return found and html.unescape(found[1])


@pytest.fixture(scope="module")
def pages(site):
    paths = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    return {path: (site / path).read_text("utf-8") for path in paths if not path.startswith(("404", "lite/"))}


@pytest.fixture(scope="module")
def pictures(site, pages):
    """Return each picture by its path."""
    from PIL import Image

    paths = sorted({said(page, "og:image").removeprefix(SITE) for page in pages.values()})
    return {path: Image.open(BytesIO((site / path).read_bytes())).convert("RGB") for path in paths}


def test_every_page_names_a_picture_of_the_size_that_it_says(pages, pictures):
    sizes = {said(page, "og:image:width") + "x" + said(page, "og:image:height") for page in pages.values()}

    assert_none(path for path, page in pages.items() if not said(page, "og:image").startswith(SITE))
    assert {picture.size for picture in pictures.values()} == {(1200, 630)}
    assert sizes == {"1200x630"}


def test_only_pages_about_tests_and_the_python_api_share_a_picture(pages):
    shared = Counter(said(page, "og:image") for page in pages.values())

    assert sorted(name.rpartition("/")[2] for name, count in shared.items() if count > 1) == [
        "proofs.png",
        "reference-api.png",
    ]


def test_the_font_has_every_character_of_a_picture(pages):
    from docs.pages.cards import font

    words = (said(page, name) for page in pages.values() for name in ("og:title", "og:description"))
    missing = bytes(font(34).getmask("\uffff"))

    assert_none(each for each in sorted(set("".join(words)) - {" "}) if bytes(font(34).getmask(each)) == missing)


def test_no_text_reaches_the_mark_below_it(pictures):
    from docs.pages.cards import HEIGHT, MARGIN, WIDTH

    above_the_mark = (MARGIN + 20, HEIGHT - 150, WIDTH, HEIGHT - 130)

    assert_none(path for path, each in pictures.items() if len(each.crop(above_the_mark).getcolors()) > 1)


def test_a_description_that_was_cut_ends_with_its_last_whole_sentence():
    from docs.pages.cards import beginning

    assert beginning("One. Two. Thr …") == "One. Two."
    assert beginning("One sentence that is much too …") == "One sentence that is much too …"
    assert beginning("One. Two.") == "One. Two."
