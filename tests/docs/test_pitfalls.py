"""What the page of a pitfall says about it is what the explorer found."""

import re

import pytest

from eventdemo.simulate import PITFALLS
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("docs", "mkdocs"))


@pytest.mark.parametrize("name", PITFALLS)
def test_whether_a_pitfall_depends_on_timing_is_what_the_explorer_found(site, name):
    page = (site / "pitfalls" / name / "index.html").read_text("utf-8")
    section = re.sub(r"<[^>]+>", "", page.partition('id="always-or-only-sometimes"')[2])
    found = re.search(rf"^{name} fails in (all|the only|\d+ of)", section, re.MULTILINE)

    # A pitfall of many versions, which have a single schedule each, is shown in a table.
    always = found[1] in {"all", "the only"} if found else "a single possible order" in section
    assert ("Always. " in section) == always
    assert ("Only sometimes. " in section) != always
