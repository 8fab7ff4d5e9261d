"""`make bench` writes docs/reference/benchmarks.md, with a section for each benchmark module."""

import re

from tests.house.repo import files, text

PAGE = text("docs/reference/benchmarks.md")


def test_each_module_with_rows_has_its_section():
    measuring = [path for path in files("benchmarks/*.py") if "\ndef rows(" in text(path)]
    titles = {path.split("/")[-1].removesuffix(".py").replace("_", " ").capitalize() for path in measuring}

    assert titles
    assert set(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == titles
