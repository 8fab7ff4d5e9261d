"""A dictionary that tells who reads and writes it, for what a listener keeps in its own memory."""

from collections.abc import Callable, Hashable
from typing import Any

from eventdemo.explore.experiment import access, declare_lock_wait


class TrackedDict(dict[Any, Any]):
    """Each key is a resource of its own, called by `label`; `missing` is the value of a key that is not there."""

    def __init__(self, label: Callable[[Any], str], *, missing: Any = None) -> None:
        super().__init__()
        self._label = label
        self._missing = missing

    def __getitem__(self, key: Hashable) -> Any:
        access(self._label(key), write=False)
        return super().get(key, self._missing)

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Read a key."""
        access(self._label(key), write=False)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        access(self._label(key), write=False)
        return super().__contains__(key)

    def __setitem__(self, key: Hashable, value: Any) -> None:
        access(self._label(key))
        super().__setitem__(key, value)

    def setdefault(self, key: Hashable, default: Any = None) -> Any:
        """Read a key, and write it if it is not there: how one gets hold of a lock that everybody shares."""
        declare_lock_wait(self._label(key))
        return super().setdefault(key, default)

    def pop(self, key: Hashable, *default: Any) -> Any:
        """Remove a key."""
        access(self._label(key))
        return super().pop(key, *default)
