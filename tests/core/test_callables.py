"""Everything that can be called can listen: partials, methods, callable objects, mocks."""

import functools
from unittest.mock import AsyncMock, MagicMock, Mock

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer, is_coroutine_function, listener_name
from eventdemo.core.ledger import Ledger
from tests.core.calls import Calls, run

CALLS = Calls()


@pytest.fixture(autouse=True)
def _no_calls_yet():
    CALLS.clear()


def plain(*_):
    CALLS.append("heard")


async def task(*_):
    CALLS.append("heard")


class Methods:
    def plain(self, *_):
        CALLS.append("heard")

    async def task(self, *_):
        CALLS.append("heard")

    @classmethod
    async def of_class(cls, *_):
        CALLS.append("heard")

    @staticmethod
    async def static(*_):
        CALLS.append("heard")


class Callable:
    def __call__(self, *_):
        CALLS.append("heard")


class AsyncCallable:
    async def __call__(self, *_):
        CALLS.append("heard")


class Instantiated:
    """Calling the class makes an instance; that calling the instance gives a coroutine does not matter."""

    def __init__(self, *_):
        CALLS.append("heard")

    async def __call__(self):
        raise AssertionError


@functools.wraps(task)
def wrapped(*args):
    return task(*args)


LISTENERS = [
    (plain, "plain", False),
    (task, "task", True),
    (functools.partial(plain, 1), "plain", False),
    (functools.partial(task, 1), "task", True),
    (functools.partial(functools.partial(task, 1), 2), "task", True),
    (Methods().plain, "plain", False),
    (Methods().task, "task", True),
    (Methods.of_class, "of_class", True),
    (Methods.static, "static", True),
    (functools.partial(Methods().task, 1), "task", True),
    (Callable(), "Callable", False),
    (AsyncCallable(), "AsyncCallable", True),
    (functools.partial(AsyncCallable(), 1), "AsyncCallable", False),  # a plain function that returns a coroutine
    (Instantiated, "Instantiated", False),
    (wrapped, "task", False),
    (lambda *_: CALLS.append("heard"), "<lambda>", False),
    (lambda *_: task(), "<lambda>", False),
]


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize(("listener", "name", "makes_coroutines"), LISTENERS)
def test_it_is_called_once_and_to_its_end_and_has_a_name(listener, name, makes_coroutines, watched):
    bus = EventBus()
    if watched:
        bus.observe(Observer())
    bus.on("x", listener)

    async def main():
        bus.emit("x", 1)
        await bus.drain()
        await bus.emit_async("x", 2)

    run(main())
    assert CALLS == ["heard", "heard"]
    assert listener_name(listener) == name
    assert is_coroutine_function(listener) is makes_coroutines


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("mock", [Mock, MagicMock, AsyncMock])
def test_a_mock_listens(mock, watched):
    bus, listener = EventBus(), mock(return_value=7)
    if watched:
        bus.observe(Observer())
    bus.on("x", listener)

    assert run(bus.emit_async("x", 1)) == [7]

    listener.assert_called_once_with(1)
    assert listener.mock_calls == listener.mock_calls[:1]
    assert listener_name(listener) == mock.__name__


def test_a_listener_with_an_attribute_named_func_keeps_its_own_name():
    def unsubscribe_from_topics(): ...

    unsubscribe_from_topics.func = print

    assert listener_name(unsubscribe_from_topics) == "unsubscribe_from_topics"


def test_two_bound_methods_of_one_object_are_the_same_listener():
    bus, methods, ledger = EventBus(), Methods(), Ledger()
    bus.observe(ledger)
    bus.on("x", methods.plain)
    bus.on("x", methods.plain)

    bus.emit("x")
    bus.remove_listener("x", methods.plain)
    bus.remove_listener("x", methods.plain)

    assert ledger.counts() == {"done": 1, "duplicate": 1}
    assert bus.event_names() == set()


def test_a_listener_may_return_something_that_only_looks_as_if_it_had_run():
    class NoAwaitable:
        def __bool__(self):
            return False

    bus, value = EventBus(), NoAwaitable()
    bus.on("x", lambda: value)

    assert bus.emit("x")
    assert run(bus.emit_async("x")) == [value]


def test_a_listener_need_not_be_hashable():
    class Collecting(list):
        def __call__(self, value):
            self.append(value)

    bus, collected = EventBus(), Collecting()
    bus.on("x", collected)
    bus.emit("x", 7)
    bus.remove_listener("x", collected)

    assert collected == [7]
    assert not bus.emit("x", 8)
