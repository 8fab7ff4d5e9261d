"""Text in a notebook: wrapped, shown without quotes, and the ledger of a run."""

import re
from textwrap import wrap

from eventdemo.trace.record import Trace

LINE_LENGTH = 96
_INSIDE = re.compile(r"[\w.<>]*<locals>\.")


class Prose(str):
    """A few sentences."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def paragraphs(*parts: str) -> str:
    return "\n".join(line for part in parts for line in wrap(part, LINE_LENGTH, break_on_hyphens=False) or [""])


def without_locals(text: str) -> str:
    """Remove the enclosing functions from qualified names: `judge.<locals>.log_out` becomes `log_out`."""
    return _INSIDE.sub("", text)


def ledger(trace: Trace) -> str:
    """Return the ledger of a run: the deliveries by fate, and whether every delivery is accounted for."""
    lines = [f"{number:>7,}  {fate.letter} {fate}: {fate.meaning}" for fate, number in trace.ledger.items()]
    total = f"{trace.deliveries:>7,}  deliveries; the ledger {'balances' if trace.balanced else 'does NOT balance'}"
    return "\n".join([*lines, total])
