"""A dictionary that records its reads and writes, for data that a listener keeps in memory."""

from collections.abc import Callable, Hashable
from typing import Any

from eventdemo.explore.experiment import access, declare_lock_wait


class TrackedDict(dict[Any, Any]):
    """Each key is a resource, named by `label`; `missing` is the value of an absent key."""

    def __init__(self, label: Callable[[Any], str], *, missing: Any = None) -> None:
        super().__init__()
        self._label = label
        self._missing = missing

    def __getitem__(self, key: Hashable) -> Any:
        access(self._label(key), write=False)
        return super().get(key, self._missing)

    def get(self, key: Hashable, default: Any = None) -> Any:
        access(self._label(key), write=False)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        access(self._label(key), write=False)
        return super().__contains__(key)

    def __setitem__(self, key: Hashable, value: Any) -> None:
        access(self._label(key))
        super().__setitem__(key, value)

    def setdefault(self, key: Hashable, default: Any = None) -> Any:
        # This is how callers get a lock that they share.
        declare_lock_wait(self._label(key))
        return super().setdefault(key, default)

    def pop(self, key: Hashable, *default: Any) -> Any:
        access(self._label(key))
        return super().pop(key, *default)
