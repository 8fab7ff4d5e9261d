"""Passwords, stored as Argon2id hashes with the parameters that OWASP recommends."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
OF_NO_USER = "$argon2id$v=19$m=19456,t=2,p=1$NPUlN1SFXguRGN+K8SEfzA$q6MqrdXTKAoJa5D0lVlf8+J7tIoiYFK5V8Me6gvm6zA"
"""The hash of a password that was thrown away. It costs as much to check as any other."""


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(HASHER.hash, password)


async def is_password(password: str, stored: str | None) -> bool:
    """Return whether a password has the stored hash. Without one the check takes as long, and fails."""
    return await asyncio.to_thread(_verify, stored or OF_NO_USER, password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except VerifyMismatchError:
        return False
