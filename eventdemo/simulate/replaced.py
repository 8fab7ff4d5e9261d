"""Replacing a part of another library for a while, to watch a program that must not be changed."""

from contextlib import AbstractContextManager


class Replaced(AbstractContextManager[None]):
    """Gives an attribute another value inside the block.

    It is a class, because each schedule of an exploration replaces something, and a generator takes longer.
    """

    def __init__(self, owner: object, name: str, value: object) -> None:
        self._owner, self._name, self._value = owner, name, value

    def __enter__(self) -> None:
        self._before = getattr(self._owner, self._name)
        setattr(self._owner, self._name, self._value)

    def __exit__(self, *_: object) -> None:
        setattr(self._owner, self._name, self._before)
