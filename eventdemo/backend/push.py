"""Push messages to a person, who may have several devices: what three patterns need, and none of them owns."""

from collections.abc import Mapping
from contextlib import suppress

from eventdemo.backend.services import Fcm, UnregisteredToken
from eventdemo.backend.storage.store import Store


async def push(
    store: Store, fcm: Fcm, user_id: int, title: str, body: str, *, data: Mapping[str, str] | None = None
) -> None:
    """Send a message to every device that a user is logged in on."""
    for token in await store.device_tokens(user_id, logged_in=True):
        with suppress(UnregisteredToken):  # the app is gone from this device; the others still want to know
            await fcm.send(token, title, body, data)
