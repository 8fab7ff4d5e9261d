"""axe-core finds nothing serious on any kind of page, on a phone and on a desktop, light and dark."""

import pytest

from tests.docs.visits import visiting
from tests.house.repo import ROOT, assert_none
from tests.needs import needs, without_chromium, without_extra, without_node

NODE = ROOT / "tests/docs/node"
pytestmark = [
    needs(without_extra("docs", "mkdocs")),
    needs(without_extra("test", "playwright")),
    needs(without_chromium()),
    needs(without_node(NODE)),
]
KINDS = {
    "home": "",
    "pattern": "patterns/logout/",
    "pitfall": "pitfalls/async-flag/",
    "reference": "reference/nest-async-flag/",
    "folded tests": "how-to/bus-or-queue/",
    "proof": "proofs/tests/core/test_emit.py/",
    "notebook": "learn/00_start_here/",
    "playground": "playground/",
    "problems": "threads/",
}
WIDTHS, SCHEMES = (390, 1280), ("default", "slate")
DRAWN = """() => {
  const pictures = [...document.querySelectorAll("event-timeline")];
  pictures.forEach((one) => one.draw?.()); // even those that the reader has not come near
  return pictures.every((one) => one.querySelector("g[data-span]"));
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach((one) => (one.open = true))"
COLOURS = ["color-contrast", "link-in-text-block"]
FIND = """async ([scheme, rules, samples]) => {
  document.body.dataset.mdColorScheme = scheme;
  const looks = (one) => {
    const { color, backgroundColor, fontSize, fontWeight, opacity } = getComputedStyle(one);
    return `${one.className} ${color} ${backgroundColor} ${fontSize} ${fontWeight} ${opacity}`;
  };
  const kind = (one) => `${one.tagName} ${looks(one)} in ${looks(one.parentElement)}`;
  const hasText = (one) => [...one.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const kinds = () => new Map([...document.body.querySelectorAll("*")].filter(hasText).map((one) => [kind(one), one]));
  const context = samples ? { include: [...kinds().values()] } : document;
  const { violations } = await axe.run(context, { resultTypes: ["violations"], ...rules });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}"""
"""With `samples`, look at one of all elements that look alike: with all, contrast takes some ten times as long."""


@pytest.fixture(scope="module")
def opened(site):
    """Return a function that opens a page, with all that is folded, in a browser that has axe."""
    with visiting(site) as page:
        page.add_init_script(path=NODE / "node_modules/axe-core/axe.min.js")

        def open_page(path):
            page.goto(f"./{path}")
            page.wait_for_function(DRAWN)
            page.evaluate(UNFOLD)
            return page

        yield open_page


def found_on(page, width):
    """Yield what axe finds on a page of this width: in one theme, except for colours."""
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(FIND, ["default", {"rules": {name: {"enabled": False} for name in COLOURS}}, False])
    yield from (f"{width} px: {finding}" for finding in found)
    for scheme in SCHEMES:
        found = page.evaluate(FIND, [scheme, {"runOnly": COLOURS}, True])
        yield from (f"{width} px, {scheme}: {finding}" for finding in found)


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(opened, kind):
    page = opened(KINDS[kind])

    assert_none(finding for width in WIDTHS for finding in found_on(page, width))


def test_axe_finds_what_is_wrong(opened):
    page = opened(KINDS["home"])
    page.evaluate("() => document.querySelector('h1').after(document.createElement('img'))")
    page.evaluate("() => (document.querySelector('h1').style.color = '#bbb')")

    found = "\n".join(found_on(page, 390))

    assert "390 px: image-alt: " in found
    assert "390 px, default: color-contrast: " in found
