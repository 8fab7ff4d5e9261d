"""What the options of `@OnEvent` and of EventEmitter2's `on` do to an async listener, as measured on the real packages.

`tests/conformance/nest/measure.py` writes the rows in `nest_options.json`. Options are written as in TypeScript.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

GOES_TO = {
    "emitter": "the emitter",
    "log": "the log",
    "process": "unhandledRejection",
}
"""Where the error of a listener goes."""
NEWEST = "12.0.1"


class NotMeasuredError(LookupError):
    """These options were not measured, or not in this version."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happened to one async listener when its event was emitted with `emitAsync`."""

    starts: str
    """`inside` the call of `emitAsync`, `later`, or `never`."""
    waits: bool
    """Whether the listener had finished when the promise settled."""
    error: str
    """Where the listener's error goes; empty if it is never called."""
    stays: bool = False
    """Of a `once` listener: whether later emits call it too."""

    def __repr__(self) -> str:
        if self.starts == "never":
            return "is never called"
        waits = "emitAsync waits" if self.waits else "emitAsync doesn't wait"
        return f"starts {self.starts}, {waits}, error: {self.error}"


def nest(options: str = "none", *, version: str = NEWEST, scope: str = "singleton") -> Behaviour:
    """Return what a listener with these options of `@OnEvent` does; `scope` is that of its provider."""
    wanted = {"options": as_json(options), "scope": scope}
    return _behaviour([row for row in _data()["nest_rows"] if version in row["versions"]], wanted, "emit_async_fails")


def event_emitter2(options: str, listener: str, *, way: str = "on") -> Behaviour:
    """Return what a listener, written in this way, does without Nest; `way` is `on` or `once`."""
    return _behaviour(_data()["raw_rows"], {"options": as_json(options), "listener": listener, "way": way}, "fails")


def _behaviour(rows: Sequence[Mapping[str, Any]], wanted: Mapping[str, str], fails: str) -> Behaviour:
    for row in rows:
        if wanted.items() <= row.items():
            error = GOES_TO[row[fails]] if row["called"] else ""
            return Behaviour(starts(row["called"], row["inline"]), row["waits"], error, row.get("stays", False))
    raise NotMeasuredError(f"Not measured: {', '.join(map(str, wanted.values()))}.")


def starts(called: bool, inline: bool) -> str:  # noqa: FBT001 - two columns of a row
    return "never" if not called else "inside" if inline else "later"


def as_json(options: str) -> str:
    """Return options as they are in the data: `{ async: true }` becomes `{"async":true}`."""
    return re.sub(r'"?(\w+)"?:', r'"\1":', options.replace(" ", ""))


def versions() -> list[str]:
    """Return the measured versions of @nestjs/event-emitter, the oldest first."""
    return [version["event-emitter"] for version in _data()["versions"]]


def measured_options() -> list[str]:
    """Return the measured options of `@OnEvent` as JSON; `none` stands for no second parameter."""
    return list(dict.fromkeys(row["options"] for row in _data()["nest_rows"]))


@cache
def _data() -> Mapping[str, Any]:
    return json.loads(files("eventdemo.learn").joinpath("nest_options.json").read_text("utf-8"))  # type: ignore[no-any-return]
