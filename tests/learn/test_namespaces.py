"""Two copies of a function share no memory, however the function keeps it."""

import pytest

from eventdemo.learn.namespaces import as_in_another_process

GLOBAL = """
seen = []
def come(x):
    seen.append(x)
    return len(seen)
"""
DEFAULT = """
def come(x, seen=[]):
    seen.append(x)
    return len(seen)
"""
KEYWORD_DEFAULT = """
def come(x, *, seen=[]):
    seen.append(x)
    return len(seen)
"""
REBOUND = """
count = 0
def come(x):
    global count
    count += 1
    return count
"""
HELPER = """
seen = []
def note(x):
    seen.append(x)
def come(x):
    note(x)
    return len(seen)
"""
CLASS_ATTRIBUTE = """
class Seen:
    all = []
def come(x):
    Seen.all.append(x)
    return len(Seen.all)
"""
FUNCTION_ATTRIBUTE = """
def come(x):
    come.seen.append(x)
    return len(come.seen)
come.seen = []
"""
CLOSURE = """
def make():
    seen = []
    def come(x):
        seen.append(x)
        return len(seen)
    return come
come = make()
"""
CALLABLE = """
class Come:
    def __init__(self):
        self.seen = []
    def __call__(self, x):
        self.seen.append(x)
        return len(self.seen)
come = Come()
"""
CELLS = (
    GLOBAL,
    DEFAULT,
    KEYWORD_DEFAULT,
    REBOUND,
    HELPER,
    CLASS_ATTRIBUTE,
    FUNCTION_ATTRIBUTE,
    CLOSURE,
    CALLABLE,
)


@pytest.mark.parametrize("cell", CELLS)
def test_state_is_not_shared(cell):
    names = {"__name__": "__main__"}
    exec(cell, names)
    here, there = as_in_another_process(names["come"]), as_in_another_process(names["come"])

    assert [here(1), here(2), there(3), there(4)] == [1, 2, 1, 2]
    assert names["come"](5) == 1, "the original is untouched"


def test_two_names_of_one_object_stay_two_names_of_one_object():
    names = {}
    exec("a = []\nb = a\ndef come():\n    a.append(1)\n    return len(b)\n", names)

    assert as_in_another_process(names["come"])() == 1


def test_modules_are_shared():
    names = {}
    exec("import asyncio\ndef come():\n    return asyncio\n", names)

    assert as_in_another_process(names["come"])() is names["asyncio"]
