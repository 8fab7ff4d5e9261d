"""Text in a notebook: wrapped and shown without quotes; replies, the source of a function, the ledger of a run."""

import inspect
import re
from collections.abc import Callable
from textwrap import wrap
from typing import Any, Self

from eventdemo.learn.pictures import WithWidget
from eventdemo.trace.record import Trace
from eventdemo.trace.source_text import without_docstrings

LINE_LENGTH = 96
_INSIDE = re.compile(r"[\w.<>]*<locals>\.")


class Prose(str):
    """A few sentences."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def paragraphs(*parts: str) -> str:
    return "\n".join(line for part in parts for line in wrap(part, LINE_LENGTH, break_on_hyphens=False) or [""])


class Reply(WithWidget, Prose):
    """A score, or a judge's feedback: a notebook colours it. The first paragraph starts with ✓ if you were right."""

    parts: tuple[str, ...]
    """The paragraphs before they were wrapped."""

    def __new__(cls, *parts: str) -> Self:
        reply = super().__new__(cls, paragraphs(*parts))
        reply.parts = parts
        return reply


def source(*things: Callable[..., Any]) -> Prose:
    """Return the source of functions and classes as it runs, without their docstrings."""
    texts = ("\n".join(row for _, row in without_docstrings(inspect.getsource(thing))) for thing in things)
    return Prose("\n\n".join(texts))


def without_locals(text: str) -> str:
    """Remove the enclosing functions from qualified names: `judge.<locals>.log_out` becomes `log_out`."""
    return _INSIDE.sub("", text)


def ledger(trace: Trace) -> str:
    """Return the ledger of a run: the deliveries by fate, and whether every delivery is accounted for."""
    lines = [f"{number:>7,}  {fate.letter} {fate}: {fate.meaning}" for fate, number in trace.ledger.items()]
    total = f"{trace.deliveries:>7,}  deliveries; the ledger {'balances' if trace.balanced else 'does NOT balance'}"
    return "\n".join([*lines, total])
