"""Replacing a part of another library for a while, to watch a program that must not be changed."""

from collections.abc import Iterator
from contextlib import contextmanager

ABSENT = object()


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Give an attribute another value inside the block. A module's attribute may stand for a builtin."""
    before = getattr(owner, name, ABSENT)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
