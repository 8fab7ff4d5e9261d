"""The code under study, printed beside the picture of its run: functions and classes without their docstrings."""

import inspect
from collections.abc import Callable
from typing import Any

from eventdemo.learn.prose import Prose
from eventdemo.trace.source_text import without_docstrings


def source(*things: Callable[..., Any]) -> Prose:
    """Return the source of functions and classes, as it runs."""
    texts = ("\n".join(row for _, row in without_docstrings(inspect.getsource(thing))) for thing in things)
    return Prose("\n\n".join(texts))
