"""The phones and tablets that notifications go to. A device's token contains its owner, so no device is stored."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mock_services.keyed_random import uniforms
from mock_services.vocabulary import TOPICS

_TOKEN = re.compile(r"d([0-9]+)n[0-9]:APA91b[0-9a-f]{13}", re.ASCII)
_NONE, _ONE, _TWO = 0.15, 0.75, 0.95  # cumulative shares of users with that many devices; the rest have three


@dataclass(frozen=True, slots=True)
class FcmDevice:
    """One installation of the app: its FCM registration token, and the topics it is subscribed to."""

    token: str
    topics: tuple[str, ...]


@lru_cache(maxsize=4096)  # a push looks a token up right after its owner's tokens were listed
def devices_of(seed: int, n: int, organisation: str) -> tuple[FcmDevice, ...]:
    """Return the devices of user `n`."""
    count, *draws = uniforms(seed, "devices", n)
    owned = (count >= _NONE) + (count >= _ONE) + (count >= _TWO)
    return tuple(_device(n, index, draws[2 * index], draws[2 * index + 1], organisation) for index in range(owned))


def owner_of(token: str) -> int | None:
    """Return the user number that a token encodes, or None if it is not a token."""
    match = _TOKEN.fullmatch(token)
    return int(match[1]) if match else None


def _device(n: int, index: int, secret: float, taste: float, organisation: str) -> FcmDevice:
    # Shaped like FCM's: a short instance id, a colon, and "APA91b" before what only the service can read.
    token = f"d{n}n{index}:APA91b{int(secret * 16**13):013x}"
    start = int(taste * len(TOPICS))
    chosen = (TOPICS + TOPICS)[start : start + 1 + start % 2]
    return FcmDevice(token, ("all-staff", organisation, *chosen))
