"""The findings of `typed_events`."""

import pytest

from eventdemo import EventBus
from eventdemo.backend.events import AuthLogin, AuthLogout
from tests.notebooks.proofs import finding


@finding("with strings and dictionaries, none of the four mistakes is an error.")
def _():
    bus, heard = EventBus(), []
    bus.on("auth.logout", heard.append)

    assert not bus.emit("auth.logut", {"user_id": 7})
    assert bus.emit("auth.logout", {"userId": 7})
    assert bus.emit("auth.logout", {"user_id": "seven"})
    assert not bus.emit("auth.login", {"user_id": 7})
    assert heard == [{"userId": 7}, {"user_id": "seven"}]


@finding("constants catch a misspelt name, but no other mistake.")
def _():
    names = {"LOGOUT": "auth.logout"}
    bus = EventBus()
    bus.on(names["LOGOUT"], lambda _: None)

    with pytest.raises(KeyError):
        bus.emit(names["LOGUT"], {"user_id": 7})
    assert bus.emit(names["LOGOUT"], {"userId": 7})
    assert bus.emit(names["LOGOUT"], {"user_id": "seven"})


@finding("with typed events, three of the four mistakes are errors at the line that emits.")
def _():
    with pytest.raises(ValueError, match="userId"):
        AuthLogout(userId=7)
    with pytest.raises(ValueError, match="valid integer"):
        AuthLogout(user_id="seven")
    assert EventBus().emit(AuthLogin(user_id=7)) is False


@finding("a typed event converts what it can without loss, once, for all listeners.")
def _():
    bus, read = EventBus(), []
    bus.on(AuthLogout, read.append)
    bus.on("auth.*", read.append)

    bus.emit(AuthLogout(user_id="7"))

    assert [event.user_id for event in read] == [7, 7]
    assert read[0] is read[1]
