"""Names and fates as text: on one line, in words, safe to print."""

import re
from functools import lru_cache

from eventdemo.core.fates import Fate
from eventdemo.trace.record import Span

# XML forbids controls, lone surrogates and U+FFFE; marks that change the reading direction would show one name as
# another. A list of our own, because what `unicodedata` says depends on the version of Python.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

_UUID4 = "[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}"
_IDENTITY = re.compile(rf"\b0x[0-9a-f]+|(?<![0-9a-f])(?:{_UUID4}|[0-9]{{14,16}})(?![0-9a-f])", re.IGNORECASE)
"""An address, a random UUID, or what `id` returns."""
REASONS = {
    Fate.SKIPPED: "skipped",
    Fate.NEVER_AWAITED: "never awaited",
    Fate.NO_LISTENER: "no listener",
    Fate.OTHER_INSTANCE: "other process",
    Fate.LOST_IN_CRASH: "crashed",
    Fate.CANCELLED_AT_EXIT: "cancelled",
}
"""The label at a lost delivery's cross."""
COLUMNS = 100
"""The width of printed text, which fits into a terminal and a page."""


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Return `text` on one line, with U+FFFD for characters that cannot be shown."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    return _UNSHOWABLE.sub("\ufffd", text)


def clipped(text: str, width: int) -> str:
    """Return `text` on one line of at most `width` characters, with an ellipsis if it was cut."""
    line = one_line(text)
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


@lru_cache(maxsize=4096)
def without_identities(text: str) -> str:
    """Return `text` without addresses and random identifiers, which differ between two runs of one program."""
    return _IDENTITY.sub(lambda found: "0x…" if found[0][:2] == "0x" else "…", text)


def shortened(name: str, width: int) -> str:
    """Return a dotted name within `width` characters; it loses its class before it is cut."""
    return clipped(name if len(name) <= width else name.rpartition(".")[2] or name, width)


def service_name(service: str) -> str:
    """Return a service's readable name: `oracle-fusion` is Oracle Fusion, `fcm` is FCM."""
    parts = one_line(service).replace("_", "-").split("-")
    return " ".join(part.upper() if len(part) <= len("fcm") else part[:1].upper() + part[1:] for part in parts)


def service_of(call: Span) -> str:
    """Return which service a call went to: the first word of its detail."""
    return one_line(call.detail).partition(" ")[0]


def answer_of(call: Span) -> str:
    """Return what the service answered: the rest of the call's detail, `429`."""
    return one_line(call.detail).partition(" ")[2]


def lane_label(span: Span) -> str:
    """Return the name of the emitter or of the listener."""
    return one_line(span.detail) or "emit" if span.kind == "emit" else one_line(span.name) or "(unnamed)"
