"""A strict bus: only registered names, with payloads that fit."""

import pytest

from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.core.events import PayloadError, UnknownEventError
from tests.core.calls import Calls, run


@pytest.mark.parametrize(
    "use",
    [
        lambda bus: bus.emit("auth.logut", {"user_id": 7}),
        lambda bus: run(bus.emit_async("auth.logut", {"user_id": 7})),
        lambda bus: bus.on("auth.logut", print),
        lambda bus: bus.once("auth.logut", print),
        lambda bus: bus.many("auth.logut", 2, print),
        lambda bus: bus.prepend_listener("auth.logut", print),
        lambda bus: bus.add_listener("auth.logut", print),
    ],
)
def test_a_misspelt_name_is_refused_with_the_one_that_was_meant(use):
    with pytest.raises(UnknownEventError, match=r"no event named 'auth\.logut': did you mean 'auth\.logout'\?"):
        use(EventBus(strict=True))


@pytest.mark.parametrize("name", ["something.else.entirely", 5, None])
def test_the_error_for_an_unknown_name_says_which_command_lists_the_names(name):
    for use in (EventBus.emit, EventBus.on):
        with pytest.raises(UnknownEventError, match="`eventdemo events` lists the known names"):
            use(EventBus(strict=True), name, {"user_id": 7} if use is EventBus.emit else print)


def test_a_pattern_needs_no_registered_name():
    bus, calls = EventBus(strict=True), Calls()
    bus.on("auth.*", calls.plain("auth.*"))
    bus.on_any(calls.plain("any"))

    bus.emit(AuthLogin(user_id=7))

    assert calls == ["auth.*", "any"]


@pytest.mark.parametrize("payload", [{"user_id": 7}, AuthLogout(user_id=7)])
def test_a_mapping_that_fits_becomes_the_event(payload):
    bus, heard = EventBus(strict=True), []
    bus.on(AuthLogout, heard.append)

    bus.emit("auth.logout", payload)
    bus.emit(AuthLogout(user_id=7))

    assert [type(event) for event in heard] == [AuthLogout] * 2
    assert [event.user_id for event in heard] == [7, 7]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([{"userId": 7}], r"user_id: Field required; userId: Extra inputs"),
        ([{"user_id": "seven"}], r"user_id: Input should be a valid integer"),
        ([{}], r"user_id: Field required"),
        ([7], r"carries a AuthLogout or a mapping of its fields, not 7"),
        ([None], r"or a mapping of its fields, not None"),
        ([AuthLogin(user_id=7)], r"carries a AuthLogout or a mapping"),
        ([], r"exactly one payload, not 0"),
        ([{"user_id": 7}, 8], r"exactly one payload, not 2"),
    ],
)
def test_a_payload_that_does_not_fit_is_refused_before_any_listener_is_called(arguments, complaint):
    bus, calls = EventBus(strict=True), Calls()
    bus.on("auth.logout", calls.plain("heard"))

    for emit in (bus.emit, lambda *args: run(bus.emit_async(*args))):
        with pytest.raises(PayloadError, match=rf"'auth\.logout'.*{complaint}"):
            emit("auth.logout", *arguments)

    assert calls == []


def test_an_event_with_something_beside_it_is_refused_too():
    with pytest.raises(PayloadError, match="exactly one payload, not 2"):
        EventBus(strict=True).emit(AuthLogout(user_id=7), "and more")


def test_error_and_new_listener_pass_with_whatever_they_carry():
    bus, heard = EventBus(strict=True), []
    bus.on("error", heard.append)
    bus.on("new_listener", lambda name, _: heard.append(name))
    bus.on(AuthLogin, Calls().failing("unseen", 0))

    async def main():
        bus.emit(AuthLogin(user_id=7))
        await bus.drain()

    run(main())
    assert heard[0] == "auth.login"
    assert str(heard[1]) == "unseen"


def test_a_bus_that_is_not_strict_takes_any_name_with_any_payload():
    bus, heard = EventBus(), []
    bus.on("auth.logut", heard.append)

    bus.emit("auth.logut", 7)

    assert heard == [7]
