"""Listeners that outlive their request: when the bus warns, and what they cost."""

import pytest

from eventdemo.core.bus import EventBus
from eventdemo.pitfalls.listener_leak import Inbox
from eventdemo.simulate import run, simulate
from tests.pitfalls.orders import broken_orders, end, printed

NAME = "user.sync.task.notifications"


@pytest.mark.parametrize(("users", "warned"), [(9, False), (10, True), (25, True)])
def test_the_bus_warns_at_the_eleventh_listener(users, warned):
    assert end("listener-leak", "broken", users=users).endswith("and the bus warned") == warned


def test_event_emitter_2_warns_at_the_eleventh_too():
    lines = printed("15_semantics")

    assert "wildcard true, 10 listeners on one name: warnings 0" in lines
    (warning,) = [line for line in lines if line.startswith("wildcard true, 11 listeners on one name: warnings 1")]
    assert "possible EventEmitter memory leak detected" in warning


def test_each_request_makes_every_later_event_more_expensive():
    deliveries = {
        variant: [simulate("listener-leak", variant=variant, users=users).deliveries for users in (1, 5, 25)]
        for variant in ("broken", "repaired")
    }

    assert deliveries == {"broken": [2, 6, 26], "repaired": [1, 1, 1]}


def test_a_higher_limit_only_hides_the_warning():
    bus, inboxes = EventBus(max_listeners=0), [Inbox(n) for n in range(1, 26)]
    for inbox in inboxes:
        bus.on(NAME, inbox.show_new_tasks)  # a warning would be an error here
        inbox.is_open = False

    bus.emit(NAME, None)

    assert all(inbox.notified_late for inbox in inboxes)


def test_wait_for_removes_its_listener_even_on_a_timeout():
    async def wait():
        bus = EventBus()
        with pytest.raises(TimeoutError):
            await bus.wait_for(NAME, timeout=60)
        return bus.listeners(NAME)

    assert run(wait()) == []


def test_it_fails_in_every_schedule():
    assert set(broken_orders("listener-leak").values()) == {(1, 1)}
    assert set(broken_orders("listener-leak:repaired").values()) == {(0, 1)}
