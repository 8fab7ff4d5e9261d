"""Pattern 1: a session ends at once, and two modules clean up behind it, each whatever the other does."""

import asyncio
import logging
import sys
from itertools import product
from pathlib import Path

import pytest

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.ledger import Ledger
from eventdemo.simulate.strategies import DEFAULTS, runner
from mock_services import Constant, FaultPlan, Faults, LogNormal
from tests.backend.patterns.office import in_the_office, now, play

SLOW_FCM = FaultPlan(fcm=Faults(latency=Constant(400)))
FCM_DOWN = FaultPlan(fcm=Faults(down=True))


class LastRegisteredFirst(EventBus):
    """A bus whose listeners were registered in the reverse order."""

    def subscribe(self, obj):
        for name, method in vars(type(obj)).items():
            for mark in getattr(method, "__eventdemo_listens__", ()):
                self.prepend_listener(mark(method).pattern, getattr(obj, name))


class BrokenDeviceTable(Store):
    async def log_out_devices(self, user_id):
        raise ConnectionError("the device table is locked")


class UnreadableDevices(Store):
    async def device_tokens(self, user_id, *, logged_in=False):
        raise ConnectionError("the device table is locked")


async def log_out(office, user_id):
    await office.backend.auth.log_out_mobile(user_id, session_token(user_id))


@in_the_office(faults=SLOW_FCM)
async def test_the_user_is_logged_out_before_any_listener_has_begun(office):
    user = office.with_devices(1)

    await log_out(office, user)

    assert await office.store.session_owner(session_token(user)) is None
    assert now() == 0
    assert office.topics_left(user)


@in_the_office()
async def test_a_logout_is_one_event_about_one_user(office):
    await log_out(office, 7)
    await office.bus.drain()

    assert [(type(event), event.user_id) for event in office.diary.events] == [(AuthLogout, 7)]


@in_the_office()
async def test_logging_out_takes_every_device_out_of_every_topic(office):
    user = office.with_devices(2)

    await log_out(office, user)
    await office.bus.drain()

    assert office.topics_left(user) == []
    for token in office.tokens(user):
        assert "all-staff" in {topic for gone, topic in office.services.fcm.unsubscribed if gone == token}


@in_the_office()
async def test_logging_out_keeps_the_device_tokens_for_the_listener_that_unsubscribes_them(office):
    user = office.with_devices(2)

    await log_out(office, user)
    await office.bus.drain()

    assert await office.store.device_tokens(user) == office.tokens(user)
    assert await office.store.device_tokens(user, logged_in=True) == []


@in_the_office()
async def test_no_other_user_is_logged_out(office):
    other = office.anyone(lambda n: n > 7 and len(office.company.devices(n)) > 1)

    await log_out(office, 7)
    await office.bus.drain()

    assert await office.store.session_owner(session_token(other)) == other
    assert await office.store.device_tokens(other, logged_in=True) == office.tokens(other)
    assert len(office.topics_left(other)) == sum(len(device.topics) for device in office.company.devices(other))


@in_the_office()
async def test_a_user_without_devices_can_log_out(office):
    user = office.anyone(lambda n: not office.company.devices(n))

    await log_out(office, user)
    await office.bus.drain()

    assert office.services.fcm.unsubscribed == set()


@pytest.mark.parametrize("bus", [None, LastRegisteredFirst], ids=["as wired", "reversed"])
@pytest.mark.parametrize("delays", [*product((0, 0.5, 2), repeat=2)], ids=str)
@pytest.mark.parametrize("latency", [Constant(0), Constant(1000), LogNormal(1000, 3000)], ids=["quick", "slow", "any"])
def test_the_two_listeners_do_all_their_work_whichever_query_and_call_comes_first(bus, delays, latency):
    delayed = iter(())

    async def pause():
        await asyncio.sleep(next(delayed, 0))

    async def scene(office):
        nonlocal delayed
        user = office.with_devices(2)
        delayed = iter((0, *delays))  # the first query ends the session

        await log_out(office, user)
        await office.bus.drain()

        assert office.topics_left(user) == []
        assert await office.store.device_tokens(user, logged_in=True) == []

    play(scene, bus=bus, pause=pause, faults=FaultPlan(fcm=Faults(latency=latency)))


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_two_listeners_do_all_their_work_under_every_strategy(name):
    async def scene(office):
        user = office.with_devices(2)

        await log_out(office, user)
        await office.bus.drain()

        assert office.topics_left(user) == []
        assert await office.store.device_tokens(user, logged_in=True) == []

    play(scene, bus=lambda: EventBus(strict=True, runner=runner(name)()), faults=SLOW_FCM)


@pytest.mark.parametrize("bus", [None, LastRegisteredFirst], ids=["as wired", "reversed"])
def test_topics_go_even_if_the_devices_cannot_be_logged_out(bus, caplog):
    async def scene(office):
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # the reversed bus suppresses nothing
        user = office.with_devices(2)

        await log_out(office, user)
        await office.bus.drain()

        assert office.topics_left(user) == []

    play(scene, bus=bus, store=BrokenDeviceTable)

    if bus is None:
        assert "listener log_out_devices of 'auth.logout' failed" in caplog.text


@pytest.mark.parametrize("bus", [None, LastRegisteredFirst], ids=["as wired", "reversed"])
def test_devices_are_logged_out_even_if_firebase_is_down(bus, caplog):
    async def scene(office):
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        user = office.with_devices(2)

        await log_out(office, user)
        await office.bus.drain()

        assert await office.store.device_tokens(user, logged_in=True) == []

    play(scene, bus=bus, faults=FCM_DOWN)

    if bus is None:
        assert "listener unsubscribe_from_topics of 'auth.logout' failed" in caplog.text


def test_logging_out_succeeds_although_both_listeners_fail(caplog):
    class Broken(BrokenDeviceTable, UnreadableDevices):
        pass

    play(lambda office: log_out(office, 7), store=Broken)

    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.ERROR]


@in_the_office(faults=FaultPlan(fcm=Faults(unregistered_rate=0.5)))
async def test_an_uninstalled_app_does_not_keep_the_other_devices_subscribed(office):
    def gone(token):
        return office.services.fcm._device(token) is None

    user = office.anyone(lambda n: [gone(token) for token in office.tokens(n)][:2] == [True, False])

    await log_out(office, user)
    await office.bus.drain()

    assert {token for token, _ in office.topics_left(user)} == {token for token in office.tokens(user) if gone(token)}


@in_the_office()
async def test_a_login_is_announced_on_every_device_that_is_logged_in(office):
    user = office.with_devices(2)

    await office.backend.auth.log_in(user, "a new session")
    await office.bus.drain()

    assert await office.store.session_owner("a new session") == user
    assert office.pushes == [(token, "New login") for token in office.tokens(user)]
    assert [(type(event), event.user_id) for event in office.diary.events] == [(AuthLogin, user)]


@in_the_office()
async def test_a_login_is_not_announced_on_devices_that_are_logged_out(office):
    user = office.with_devices(2)
    await office.store.log_out_devices(user)

    await office.backend.auth.log_in(user, "a new session")
    await office.bus.drain()

    assert office.pushes == []


@in_the_office(faults=FaultPlan(fcm=Faults(unregistered_rate=0.5)))
async def test_an_uninstalled_app_does_not_keep_a_login_from_the_other_devices(office):
    def gone(token):
        return office.services.fcm._device(token) is None

    user = office.anyone(lambda n: [gone(token) for token in office.tokens(n)][:2] == [True, False])

    await office.backend.auth.log_in(user, "a new session")
    await office.bus.drain()

    assert [token for token, _ in office.pushes] == [token for token in office.tokens(user) if not gone(token)]


@in_the_office(faults=FCM_DOWN)
async def test_logging_in_succeeds_although_firebase_is_down(office):
    await office.backend.auth.log_in(7, "a new session")
    await office.bus.drain()

    assert await office.store.session_owner("a new session") == 7


@in_the_office()
async def test_a_logout_enters_at_most_six_files_of_the_core(office):
    office.bus.observe(Ledger())
    await log_out(office, 1)  # works out the route, once for all logouts
    entered = set()

    def note(frame, kind, _):
        if kind == "call" and "eventdemo/core/" in frame.f_code.co_filename:
            entered.add(Path(frame.f_code.co_filename).name)

    sys.setprofile(note)
    try:
        await log_out(office, 2)
        await office.bus.drain()
    finally:
        sys.setprofile(None)

    assert len(entered) <= 6
    assert {"bus.py", "delivery.py", "ledger.py", "runner.py"} <= entered
