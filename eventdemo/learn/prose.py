"""Text that a notebook shows as it is, without quotes around it."""

import re
from textwrap import wrap

WIDTH = 96
_INSIDE = re.compile(r"[\w.<>]*<locals>\.")


class Prose(str):
    """A few sentences for a person."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def paragraphs(*parts: str) -> str:
    """Join parts as lines that are not too long to read."""
    return "\n".join(line for part in parts for line in wrap(part, WIDTH, break_on_hyphens=False) or [""])


def without_locals(said: str) -> str:
    """Leave out in which function a function was defined: `judge.<locals>.log_out` is `log_out`."""
    return _INSIDE.sub("", said)
