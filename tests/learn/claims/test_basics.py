"""Claims 2, 9, 28, 43 and 57: the cost of an emit, the reach of a star, what can be raised, a typo, and start-up."""

import pytest

from eventdemo.backend.events import UserCreated
from eventdemo.core.bus import EventBus
from eventdemo.core.events import UnknownEventError
from eventdemo.core.on_event import on_event
from tests.core.calls import Calls
from tests.learn.claims.harness import busy, now, play


def test_2_a_plain_payload_is_one_object_and_an_event_is_frozen():
    bus, seen = EventBus(), []
    bus.on("user.created", lambda payload: payload.update(id=99) if isinstance(payload, dict) else None)
    bus.on("user.created", seen.append)

    bus.emit("user.created", {"id": 1})
    assert seen == [{"id": 99}]

    event = UserCreated(user_id=1)
    bus.on("user.created", lambda e: setattr(e, "user_id", 99))
    with pytest.raises(ValueError, match="frozen"):
        bus.emit(event)
    assert event.user_id == 1


@play
async def test_2_a_listener_that_computes_blocks_the_emitter():
    bus = EventBus()
    bus.on("auth.logout", lambda: busy(0.150))

    bus.emit("auth.logout")

    assert now() == 0.150


def test_9_one_star_misses_the_article_s_own_task_notifications():
    bus, calls = EventBus(), Calls()
    bus.on("user.*", calls.plain("one star"))
    bus.on("user.**", calls.plain("two stars"))

    for name, heard in {
        "user.created": ["one star", "two stars"],
        "user.sync.task.notifications": ["two stars"],
        "user": ["two stars"],
    }.items():
        bus.emit(name)
        assert calls.taken() == heard


def test_28_a_listener_can_raise_nothing_but_an_exception():
    bus, text = EventBus(), "text"

    @bus.on("user.created")
    def fail():
        raise text

    with pytest.raises(TypeError, match="must derive from BaseException"):
        bus.emit("user.created")


def test_43_a_typo_is_silent_unless_the_bus_is_strict():
    assert EventBus().emit("user.creatd", {"id": 1}) is False

    with pytest.raises(UnknownEventError, match=r"user\.created"):
        EventBus(strict=True).emit("user.creatd", {"user_id": 1})


def test_57_a_listener_gets_every_event_after_subscribe_has_returned():
    bus, got = EventBus(), []

    class Listener:
        @on_event(UserCreated)
        def note(self, event):
            got.append(event.user_id)

    bus.emit(UserCreated(user_id=1))
    bus.subscribe(Listener())
    bus.emit(UserCreated(user_id=2))

    assert got == [2]
