"""Text that a notebook shows without quotes."""

import re
from textwrap import wrap

LINE_LENGTH = 96
_INSIDE = re.compile(r"[\w.<>]*<locals>\.")


class Prose(str):
    """A few sentences."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def paragraphs(*parts: str) -> str:
    """Wrap and join parts."""
    return "\n".join(line for part in parts for line in wrap(part, LINE_LENGTH, break_on_hyphens=False) or [""])


def without_locals(text: str) -> str:
    """Remove the enclosing functions from qualified names: `judge.<locals>.log_out` becomes `log_out`."""
    return _INSIDE.sub("", text)
