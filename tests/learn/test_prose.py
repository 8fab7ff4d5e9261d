"""The code beside a picture is the code that runs, without its docstrings."""

from eventdemo.backend.patterns.auth import NotificationAuthListener, UserAuthListener
from eventdemo.learn import source


def test_a_method_is_shown_with_its_decorator_and_without_its_docstring():
    assert source(NotificationAuthListener.unsubscribe_from_topics).splitlines() == [
        "@on_event(AuthLogout)",
        "async def unsubscribe_from_topics(self, event: AuthLogout) -> None:",
        "    for token in await self._store.device_tokens(event.user_id):",
        "        with suppress(UnregisteredToken):  # the app is gone from this device, and its topics with it",
        "            for topic in await self._fcm.subscribed_topics(token):",
        "                await self._fcm.unsubscribe(token, topic)",
    ]


def test_a_class_is_shown_whole_and_several_things_have_a_line_between_them():
    shown = source(UserAuthListener, UserAuthListener.log_out_devices)

    assert shown.startswith("class UserAuthListener:\n    def __init__")
    assert "\n\n@on_event(AuthLogout)\nasync def log_out_devices" in shown
