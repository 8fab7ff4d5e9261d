"""The files that take longest are the first, also after one was renamed, and all processes have the same order."""

from types import SimpleNamespace

from tests import conftest
from tests.house.repo import assert_none, files


def test_the_files_that_run_first_exist():
    assert_none(path for path in conftest.LONGEST_FIRST if path not in files("tests/*.py"))


def test_the_longest_file_is_first_the_others_follow_by_name_and_a_file_keeps_its_order():
    long = conftest.LONGEST_FIRST[0]
    names = [f"{long}::y", f"{long}::x", "tests/a.py::x", "tests/b.py::y", "tests/b.py::x"]
    items = [SimpleNamespace(nodeid=name) for name in [*names[3:], *names[:3]]]  # as if begun at another folder

    conftest.pytest_collection_modifyitems(items)

    assert [item.nodeid for item in items] == names


def test_each_process_collects_all_folders_and_begins_at_another_one():
    orders = [conftest.folders_beginning_at(number / 3) for number in range(3)]

    assert len({order[0] for order in orders}) == 3
    assert {path.split("/")[1] for path in files("tests/*/test_*.py")} <= {each[6:] for each in orders[0]}
    assert all(sorted(order) == orders[0] for order in orders)
