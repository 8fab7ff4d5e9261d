"""Your function as another process would have it: with globals, default arguments and attributes of its own.

Two processes share no memory. If a judge ran both instances on one set of globals, a module-level `set` or
`asyncio.Lock` would look like a way to coordinate them.
"""

from collections.abc import Iterator
from copy import deepcopy
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, TypeVar, cast

F = TypeVar("F")


def as_in_another_process(function: F) -> F:
    """Return a copy of a function that shares no state with the original, except for modules."""
    if not isinstance(function, FunctionType):
        return deepcopy(function)
    return cast("F", _Process(function.__globals__).copy(function))


class _Process:
    """The memory of one process: copies of a notebook's globals, as far as the function uses them."""

    def __init__(self, originals: dict[str, Any]) -> None:
        self.originals = originals
        self.globals: dict[str, Any] = {"__builtins__": originals["__builtins__"]}
        self.copies: dict[int, Any] = {}
        """By the identity of the original, so that two names of one object are two names of one copy."""

    def copy(self, value: Any) -> Any:
        if id(value) not in self.copies:
            if isinstance(value, FunctionType) and value.__globals__ is self.originals:
                self._copy_function(value)
            elif isinstance(value, type) and value.__module__ == self.originals.get("__name__"):
                self._copy_class(value)
            else:
                self.copies[id(value)] = value if isinstance(value, ModuleType) else deepcopy(value)
        return self.copies[id(value)]

    def _copy_function(self, function: FunctionType) -> None:
        cells = tuple(CellType(self.copy(cell.cell_contents)) for cell in function.__closure__ or ())
        made = FunctionType(function.__code__, self.globals, function.__name__, None, cells or None)
        self.copies[id(function)] = made  # before its globals, as it may be one of them
        for name in _names(function.__code__):
            if name in self.originals:
                self.globals[name] = self.copy(self.originals[name])
        made.__defaults__ = self.copy(function.__defaults__)
        made.__kwdefaults__ = self.copy(function.__kwdefaults__)
        made.__dict__.update(self.copy(function.__dict__))

    def _copy_class(self, cls: type) -> None:
        body = {name: self.copy(value) for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
        self.copies[id(cls)] = type(cls)(cls.__name__, cls.__bases__, body)


def _names(code: CodeType) -> Iterator[str]:
    """Yield the global names that a function may use, those of functions inside it too."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
