"""A stranger on a phone reads the first surprise without scrolling."""

from tests.docs.visits import visiting
from tests.needs import needs, without_chromium, without_extra

pytestmark = [
    needs(without_extra("docs", "mkdocs")),
    needs(without_extra("test", "playwright")),
    needs(without_chromium()),
]


def test_the_first_screen_of_a_phone_holds_the_first_surprise(site):
    with visiting(site) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto("./")
        surprise = page.get_by_text("nothing reports an error")
        box = surprise.bounding_box()

    assert box["y"] + box["height"] < 844
