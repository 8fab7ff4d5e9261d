"""Standard output and standard error, whatever the shell made of them: closed, full, or without Unicode."""

import os
import sys
from io import TextIOWrapper
from typing import TextIO


def usable(stream: TextIO | None) -> TextIO:
    """Return a stream that takes any text: a closed one discards it, and `?` replaces what its encoding lacks."""
    if stream is None:  # the shell closed it, as in `eventdemo compare >&-`
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open as long as the process runs
    if isinstance(stream, TextIOWrapper) and stream is not sys.stderr:  # stderr escapes such characters already
        stream.reconfigure(errors="replace")
    return stream


def discard_the_rest(stream: TextIO) -> None:
    """Flush a stream. If that fails, point it to nothing, because Python would report the failure again at exit."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
