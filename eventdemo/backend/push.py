"""Push a message to a user, who may have several devices. Three patterns need this, so none of them owns it."""

from collections.abc import Mapping
from contextlib import suppress

from eventdemo.backend.services import Fcm, UnregisteredToken
from eventdemo.backend.storage.store import Store


async def push(
    store: Store, fcm: Fcm, user_id: int, title: str, body: str, *, data: Mapping[str, str] | None = None
) -> None:
    """Send a message to every device that the user is logged in on."""
    for token in await store.device_tokens(user_id, logged_in=True):
        with suppress(UnregisteredToken):  # the app was uninstalled here; the other devices still get the message
            await fcm.send(token, title, body, data)
