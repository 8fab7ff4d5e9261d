"""The files that take longest are the first, also after one was renamed."""

from types import SimpleNamespace

from tests import conftest
from tests.house.repo import assert_none, files


def test_the_files_that_run_first_exist():
    assert_none(path for path in conftest.LONGEST_FIRST if path not in files("tests/*.py"))


def test_the_longest_file_is_first_and_the_others_keep_their_order():
    names = ["tests/b.py::x", "tests/a.py::x", f"{conftest.LONGEST_FIRST[0]}::y", f"{conftest.LONGEST_FIRST[0]}::x"]
    items = [SimpleNamespace(nodeid=name) for name in names]

    conftest.pytest_collection_modifyitems(items)

    assert [item.nodeid for item in items] == [*names[2:], *names[:2]]
