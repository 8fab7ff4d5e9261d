"""The lines at which a run emits and waits, in the code that a reader studies: patterns, pitfalls, their own code.

The other files of the package, and all libraries, are machinery around it.
"""

import asyncio
from collections.abc import Callable
from functools import cache, lru_cache, partial
from inspect import unwrap
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from eventdemo.core.delivery import Delivery
from eventdemo.simulate.unsupported import is_library

PACKAGE = f"{Path(__file__).parents[1]}/"
STUDIED = tuple(f"{PACKAGE}{folder}/" for folder in ("pitfalls", "backend/patterns", "explore/guarantees", "learn"))
_OUTERMOST = (Delivery.run.__code__, Delivery.call.__code__, asyncio.Handle._run.__code__)  # noqa: SLF001 - its frame
"""The functions that call a listener, whose callers belong to its emitter; and that of the loop which runs a task."""
_NAMES = {code.co_name for code in _OUTERMOST}
"""Comparing names first is quicker: a call of a service has thirty callers."""

Place = tuple[str, int]
"""A file and the number of a line."""


@cache
def is_studied(file: str) -> bool:
    return file.startswith(STUDIED) if file.startswith(PACKAGE) else not is_library(file)


def studied_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost studied function among a frame and its callers, inside the running listener and task."""
    file = ""
    while frame is not None:
        code = frame.f_code
        if code.co_filename is not file:  # a library's functions call each other
            file = code.co_filename
            if is_studied(file):
                return frame
        if code.co_name in _NAMES and code in _OUTERMOST:
            return None
        frame = frame.f_back
    return None


@lru_cache
def place_of(code: CodeType, offset: int) -> Place:
    """Return where an instruction of a function stands: its offset is quick to note, and its line to be found later."""
    line = next(islice(code.co_positions(), offset // 2, None))[0]
    return code.co_filename, line or code.co_firstlineno


def first_line(listener: Callable[..., Any]) -> Place | None:
    """Return the line at which a listener is defined, if it is studied."""
    while isinstance(listener, partial):
        listener = listener.func
    code = getattr(unwrap(listener), "__code__", None)
    if isinstance(code, CodeType) and is_studied(code.co_filename):
        return code.co_filename, code.co_firstlineno
    return None
