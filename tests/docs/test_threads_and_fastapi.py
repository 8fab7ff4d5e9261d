"""docs/how-to/threads-and-fastapi.md: each claim names a test that exists, and each test of FastAPI is on the page."""

import re

from tests.house.repo import assert_none, text, tree

PAGE = text("docs/how-to/threads-and-fastapi.md")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
CLAIMS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| What", "| |"))]


def names_in(file):
    return {node.name for node in tree(file).body if getattr(node, "name", "").startswith("test_")}


def test_a_test_that_the_page_names_exists():
    assert len(NAMED) > 15
    assert_none(f"{file}::{test}" for file, test in NAMED if test not in names_in(file))


def test_every_row_that_is_no_comparison_names_a_test():
    assert_none(line for line in CLAIMS if line.count("|") == 3 and not re.search(r"`tests/", line))


def test_every_test_of_fastapi_is_on_the_page():
    known = {test for _, test in NAMED}

    assert_none(names_in("tests/core/test_fastapi.py") - known - {"test_an_async_endpoint_may_emit_to_every_listener"})
