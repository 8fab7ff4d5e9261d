"""`<event-timeline>` on a site: two scripts, a data file, and the static picture inside."""

import json
import shutil

import pytest

from eventdemo.trace.live import SCRIPTS, picture_data
from tests.docs.visits import visiting
from tests.needs import needs, without_chromium, without_extra
from tests.trace.hand_made import fan_out

pytestmark = [needs(without_extra("test", "playwright")), needs(without_chromium())]
PAGE = """<!DOCTYPE html>
<body data-md-color-scheme="SCHEME">
<div style="height: HEIGHT"></div>
<event-timeline src="SRC"><img alt="the static picture"></event-timeline>
<script type="module" src="element.js"></script>
</body>"""
MARK, STATIC = "event-timeline [data-span]", "event-timeline img"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return a function that opens a page with a picture: in a scheme, with data, below some empty space."""
    folder = tmp_path_factory.mktemp("site")
    for script in SCRIPTS:
        shutil.copy(script, folder)
    (folder / "there.json").write_text(json.dumps(picture_data([fan_out("sync")])), "utf-8")
    with visiting(folder) as page:

        def open_page(scheme="default", src="there.json", height="0"):
            html = PAGE.replace("SCHEME", scheme).replace("SRC", src).replace("HEIGHT", height)
            (folder / "page.html").write_text(html, "utf-8")
            page.goto("./page.html")
            return page

        yield open_page


@pytest.mark.parametrize(("scheme", "colour"), [("default", "#ffffff"), ("slate", "#0d1117")])
def test_the_element_uses_the_colours_of_the_site(opened, scheme, colour):
    page = opened(scheme)
    page.locator(MARK).first.wait_for()

    assert (page.locator(MARK).count(), page.locator(STATIC).count()) == (4, 0)
    card = "getComputedStyle(document.querySelector('event-timeline')).getPropertyValue('--card').trim()"
    assert page.evaluate(card) == colour


def test_the_static_picture_stays_if_there_is_no_data(opened):
    page = opened(src="missing.json", height="9000px")
    with page.expect_response("**/missing.json"):
        page.locator("event-timeline").scroll_into_view_if_needed()

    assert (page.locator(MARK).count(), page.locator(STATIC).count()) == (0, 1)


def test_a_picture_is_drawn_when_the_reader_comes_near(opened):
    page = opened(height="9000px")
    before = page.locator(MARK).count()
    page.locator("event-timeline").scroll_into_view_if_needed()
    page.locator(MARK).first.wait_for()

    assert (before, page.locator(MARK).count()) == (0, 4)
