"""What a program uses in one run besides the loop: real clocks, random numbers, processes. No schedule decides them."""

import asyncio
import gc
import os
import random
import socket
import sys
import time
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Self

from eventdemo.simulate.unsupported import is_library, is_of_python

MAX_PLACES = 3
"""How many places a sentence names."""
CLOCKS: set[Any] = {
    *(time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns, time.sleep),
    *(datetime.now, datetime.utcnow, datetime.today, date.today),
}
RANDOM: Any = random.random.__self__  # type: ignore[attr-defined]  # of a C method
"""The generator that the functions of the module share."""
SYSTEM = {
    *(("_posixsubprocess", "fork_exec"), ("_winapi", "CreateProcess"), ("_socket", "getaddrinfo")),
    *((system, name) for system in ("posix", "nt") for name in ("fork", "posix_spawn", "startfile", "system")),
}
"""Functions that start another process, or begin to use the network."""
CONNECTS = {"bind", "connect", "connect_ex", "sendto"}
"""Methods of a socket that use the network."""
NOTED = (
    {name for _, name in SYSTEM} | {each.__name__ for each in CLOCKS} | CONNECTS | {"urandom", *dir(RANDOM), *dir(set)}
)
"""The names of all functions that matter here: most calls have another name, and a look at each takes long."""
RUN_BY_LOOP = asyncio.Handle._run.__code__  # noqa: SLF001 - every callback of a loop runs in it
UNRELATED = {"_pytest", "eventdemo", "httpx", "mock_services", "sqlalchemy"}
"""Packages whose reads no outcome depends on: they measure, or they stamp what the program does not see."""
STANDARD = sys.stdlib_module_names - {"builtins"}


class OutsideReads(AbstractContextManager["OutsideReads"]):
    """Notes what code inside the block reads, unless a profiler is at work, which would have to stop."""

    def __init__(self) -> None:
        self._clocks: dict[str, None] = {}
        self._random: dict[str, None] = {}
        self._system: dict[str, None] = {}
        self._is_seeded = False
        """Whether the program has seeded the shared generator, so that its numbers are the same in every run."""
        self.calls = 0
        self.in_sets: dict[str, None] = {}
        """The classes of the objects that sets contain in the order of their addresses."""

    def __enter__(self) -> Self:
        if sys.getprofile() is None:
            sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if getattr(sys.getprofile(), "__self__", None) is self:
            sys.setprofile(None)

    def places(self) -> str:
        """Return the calls and their lines: `time.monotonic at shop.py:12`."""
        return _listed({**self._clocks, **self._random, **self._system})

    def assumptions(self) -> set[str]:
        """Return what a result rests on because of these reads."""
        system = {"the network or another process": self._system}
        read = {"the real clock": self._clocks, "random numbers": self._random, **system}
        read |= {"the order of a set, which follows from addresses": self.in_sets}
        return {f"the outcome doesn't depend on {what} ({_listed(places)})" for what, places in read.items() if places}

    def _note(self, frame: FrameType, event: str, function: Any) -> None:
        if event == "call":
            self.calls += 1
        elif event == "c_call" and function.__name__ in NOTED:
            self._note_call(frame, function)

    def _note_call(self, frame: FrameType, function: Any) -> None:
        owner = getattr(function, "__self__", None)
        if isinstance(owner, set):
            self.in_sets |= _hashed_by_address(owner)
        elif function in CLOCKS:
            self._clocks |= _read(frame, function)
        elif function == os.urandom:
            self._random |= _read(frame, function)
        elif (getattr(function, "__module__", ""), function.__name__) in SYSTEM or _is_connect(owner, function):
            self._system |= _read(frame, function)
        elif owner is RANDOM:
            self._is_seeded |= function.__name__ == "seed"
            if not self._is_seeded:
                self._random |= _read(frame, function)


def _is_connect(owner: Any, function: Any) -> bool:
    return isinstance(owner, socket.SocketType) and function.__name__ in CONNECTS


def _hashed_by_address(objects: set[Any]) -> dict[str, None]:
    """Return the class of one object if its hash is its address, unless the order decides nothing in its package.

    The garbage collector may run at any time and change a weak set, which then can't be looked at.
    """
    try:
        kind: Any = type(next(iter(objects), 0))
    except RuntimeError:
        return {}
    package = kind.__module__.partition(".")[0]
    is_known = package in UNRELATED or package in STANDARD
    return {} if is_known or kind.__hash__ is not object.__hash__ else {kind.__qualname__: None}


def _read(frame: FrameType | None, function: Any) -> dict[str, None]:
    """Return what the program called, and where; nothing if `logging`, the garbage collector or `UNRELATED` did."""
    owner = getattr(function.__self__, "__name__", type(function.__self__).__name__.lower())
    called = f"{'os' if function == os.urandom else owner}.{function.__name__}"
    while frame is not None and is_of_python(frame.f_code.co_filename):
        if _package(frame) == "logging":
            return {}
        called = f"{frame.f_globals['__name__']}.{frame.f_code.co_name}"
        frame = frame.f_back
    if frame is None or _package(frame) in UNRELATED or _is_collecting(frame):
        return {}
    if (line := _called_from(frame)) is not frame:
        called += f" in {_package(frame)}"
    return {f"{called} at {Path(line.f_code.co_filename).name}:{line.f_lineno}": None}


def _is_collecting(frame: FrameType) -> bool:
    """Return whether the garbage collector called this, which runs at any time: Hypothesis, for one, times it."""
    return any(getattr(callback, "__code__", None) is frame.f_code for callback in gc.callbacks)


def _called_from(frame: FrameType) -> FrameType:
    """Return the program's frame that called a library, or the library's own if the event loop did."""
    above: FrameType | None = frame
    while above is not None and above.f_code is not RUN_BY_LOOP:
        if not is_library(above.f_code.co_filename):
            return above
        above = above.f_back
    return frame


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _listed(places: dict[str, None]) -> str:
    named, more = [*places][:MAX_PLACES], len(places) - MAX_PLACES
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")
