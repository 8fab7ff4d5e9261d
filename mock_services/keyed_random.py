"""Random numbers that depend on nothing but their key.

No generator is shared: a key gives the same numbers whatever was drawn before, on every platform and under every hash
seed.
"""

import struct
from hashlib import blake2b

_EIGHT = struct.Struct("<8Q")


def uniforms(*key: str | int) -> tuple[float, ...]:
    """Return eight numbers in the open interval (0, 1) that belong to `key`."""
    digest = blake2b("\x1f".join(map(str, key)).encode(), digest_size=64).digest()
    # 53 bits fill a float exactly; the half keeps 0 and 1 out, where a lognormal's inverse CDF has no value.
    return tuple([((word >> 12) + 0.5) / (1 << 52) for word in _EIGHT.unpack(digest)])


def pick(options: tuple[str, ...], draw: float) -> str:
    return options[int(draw * len(options))]
