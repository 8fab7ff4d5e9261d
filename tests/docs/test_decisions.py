"""docs/explanation/decisions.md: the sizes that it states are the sizes of the site."""

import re

import pytest

from docs.pages import lite_runtime, playground_runtime
from tests.house.repo import text
from tests.needs import needs, without_extra, without_lite

pytestmark = [needs(without_lite()), needs(without_extra("docs", "mkdocs"))]
STATED = re.compile(
    r"loads about (\d+) MB once, of which the playground loads (\d+) MB too. The site grows by (\d+) MB, to (\d+) MB"
)


def megabytes_in(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def test_the_sizes_of_the_site_are_those_that_decisions_states(site):
    prose = " ".join(text("docs/explanation/decisions.md").split())
    measured = [
        lite_runtime.megabytes(),
        playground_runtime.megabytes(),
        megabytes_in(site / "lite"),
        megabytes_in(site),
    ]

    stated = [int(number) for number in STATED.search(prose).groups()]

    assert stated == pytest.approx(measured, rel=0.08)
