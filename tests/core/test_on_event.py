"""`@on_event` and `subscribe`: objects that say themselves what they listen to."""

import pytest

from eventdemo.backend.events import AuthLogin, UserCreated, UserDeleted, UserUpdated
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.events import UnknownEventError
from eventdemo.core.on_event import on_event
from tests.core.calls import Calls, run

CALLS = Calls()


class Listens:
    @on_event(UserCreated)
    def on_created(self, event):
        CALLS.append("on_created")

    @on_event("user.*")
    async def on_any_user(self, event):
        CALLS.append("on_any_user")

    def not_a_listener(self, event):
        CALLS.append("not_a_listener")


@pytest.fixture(autouse=True)
def _no_calls_yet():
    CALLS.clear()


def names_of(listeners):
    return [listener.__name__ for listener in listeners]


def test_the_marked_methods_listen_and_no_others():
    bus = EventBus()
    bus.subscribe(Listens())

    run(bus.emit_async(UserCreated(user_id=1)))

    assert CALLS == ["on_created", "on_any_user"]


def test_methods_are_registered_in_the_order_in_which_they_are_written_not_by_name():
    class Written:
        @on_event("x")
        def zebra(self): ...

        @on_event("x")
        def apple(self): ...

        @on_event("**")
        def mango(self): ...

    bus = EventBus()
    bus.subscribe(Written())

    assert names_of(bus.listeners("x")) == ["zebra", "apple", "mango"]


def test_base_classes_come_first():
    class Base:
        @on_event("x")
        def of_base(self): ...

    class Derived(Base):
        @on_event("x")
        def a_derived(self): ...

    bus = EventBus()
    bus.subscribe(Derived())

    assert names_of(bus.listeners("x")) == ["of_base", "a_derived"]


def test_a_method_overridden_without_a_mark_does_not_listen_any_more():
    class Silent(Listens):
        def on_created(self, event): ...

    bus = EventBus()
    bus.subscribe(Silent())

    assert names_of(bus.listeners("user.created")) == ["on_any_user"]


def test_a_method_with_several_marks_hears_several_events_in_the_order_of_the_marks():
    class Both:
        @on_event(UserUpdated)
        @on_event(UserDeleted)
        def forget(self, event): ...

    bus, heard = EventBus(), []
    bus.on("new_listener", lambda name, _: heard.append(name))
    bus.subscribe(Both())

    assert heard == ["user.updated", "user.deleted"]


@pytest.mark.parametrize("outermost", ["mark", "staticmethod", "mark on classmethod"])
def test_a_mark_works_above_and_below_staticmethod_and_classmethod(outermost):
    if outermost == "mark":

        class Static:
            @on_event("x")
            @staticmethod
            def heard(): ...
    elif outermost == "staticmethod":

        class Static:
            @staticmethod
            @on_event("x")
            def heard(): ...
    else:

        class Static:
            @on_event("x")
            @classmethod
            def heard(cls): ...

    bus = EventBus()
    bus.subscribe(Static())

    assert bus.emit("x")


def test_a_marked_method_is_still_an_ordinary_method():
    Listens().on_created(None)

    assert CALLS == ["on_created"]


def test_two_objects_of_one_class_are_two_listeners():
    bus = EventBus()
    bus.subscribe(Listens())
    bus.subscribe(Listens())

    run(bus.emit_async("user.created", None))

    assert CALLS == ["on_created"] * 2 + ["on_any_user"] * 2


def test_subscribing_an_object_twice_is_refused():
    bus, listens = EventBus(), Listens()
    bus.subscribe(listens)

    with pytest.raises(ValueError, match="subscribed already"):
        bus.subscribe(listens)

    assert len(bus.listeners("user.created")) == 2


def test_objects_that_are_equal_are_different_objects_all_the_same():
    class Equal(Listens):
        __hash__ = None

        def __eq__(self, other):
            return True

    bus, first, second = EventBus(), Equal(), Equal()
    bus.subscribe(first)
    bus.subscribe(second)

    bus.unsubscribe(second)

    assert [listener.__self__ is first for listener in bus.listeners("user.created")] == [True, True]


def test_an_object_without_a_mark_is_refused():
    with pytest.raises(ValueError, match="no method marked with @on_event"):
        EventBus().subscribe(object())


def test_unsubscribe_undoes_subscribe_and_it_can_be_done_again():
    bus, listens = EventBus(), Listens()
    for _ in range(2):
        bus.subscribe(listens)
        bus.unsubscribe(listens)

    assert bus.event_names() == set()


def test_unsubscribing_what_is_not_subscribed_is_an_error():
    with pytest.raises(ValueError, match="is not subscribed"):
        EventBus().unsubscribe(Listens())


def test_unsubscribe_leaves_what_was_registered_by_hand():
    bus, listens = EventBus(), Listens()
    bus.on(UserCreated, listens.on_created)
    bus.subscribe(listens)

    bus.unsubscribe(listens)

    (left,) = bus.subscriptions("user.created")
    assert left.listener == listens.on_created
    assert not left.suppress_errors


def test_after_remove_all_listeners_an_object_can_be_subscribed_again():
    bus, listens = EventBus(), Listens()
    bus.subscribe(listens)
    bus.remove_all_listeners()

    bus.subscribe(listens)

    assert len(bus.listeners("user.created")) == 2


def test_errors_are_logged_by_default_and_raised_on_request(caplog):
    class Fails:
        @on_event("logged")
        def logged(self):
            raise OSError("logged")

        @on_event("raised", suppress_errors=False)
        def raised(self):
            raise OSError("raised")

    bus = EventBus()
    bus.subscribe(Fails())

    assert bus.emit("logged")
    with pytest.raises(OSError, match="raised"):
        bus.emit("raised")
    assert [record.getMessage() for record in caplog.records] == ["listener logged of 'logged' failed"]


def test_a_mark_says_whether_emit_async_waits():
    class Slow:
        @on_event("x", delivery=DeliveryMode.DETACHED)
        async def detached(self): ...

    bus = EventBus()
    bus.subscribe(Slow())

    assert run(bus.emit_async("x")) == []


def test_on_a_strict_bus_an_object_with_one_unknown_name_does_not_listen_at_all():
    class Misspelt:
        @on_event(AuthLogin)
        def fine(self, event): ...

        @on_event("user.craeted")
        def misspelt(self, event): ...

    bus, misspelt = EventBus(strict=True), Misspelt()
    with pytest.raises(UnknownEventError, match=r"did you mean 'user\.created'"):
        bus.subscribe(misspelt)

    assert bus.event_names() == set()
    with pytest.raises(ValueError, match="is not subscribed"):
        bus.unsubscribe(misspelt)
