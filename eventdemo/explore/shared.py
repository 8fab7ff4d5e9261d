"""`Shared(thing)`: a proxy that declares each use of an object that several tasks share."""

from collections.abc import Callable, Iterator
from typing import Any

from eventdemo.explore.experiment import access


class Shared:
    """Stands for `thing`. Reading an attribute, an item or the length reads it; everything else writes it.

    A method may change the object, so a call counts as a write.
    """

    __slots__ = ("_name", "_thing")

    def __init__(self, thing: Any, name: str = "") -> None:
        object.__setattr__(self, "_thing", thing)
        object.__setattr__(self, "_name", name or f"the shared {type(thing).__name__}")

    def _read(self) -> Any:
        access(self._name, write=False)
        return self._thing

    def _write(self) -> Any:
        access(self._name)
        return self._thing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._read(), name)
        return self._writing(found) if callable(found) else found

    def _writing(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self._write()
            return method(*args, **kwargs)

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._write(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._write(), name)

    def __getitem__(self, key: Any) -> Any:
        return self._read()[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._write()[key] = value

    def __delitem__(self, key: Any) -> None:
        del self._write()[key]

    def __contains__(self, key: object) -> bool:
        return key in self._read()

    def __len__(self) -> int:
        return len(self._read())

    def __bool__(self) -> bool:
        return bool(self._read())

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._read()))

    def __eq__(self, other: object) -> bool:
        return bool(self._read() == other)

    def __repr__(self) -> str:
        return repr(self._read())

    __hash__ = None  # type: ignore[assignment]  # as for the lists and dictionaries that it stands for
