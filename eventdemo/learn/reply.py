"""A score, or a judge's feedback: a notebook colours it, and everything else shows its text."""

from typing import Self

from eventdemo.learn.pictures import WithWidget
from eventdemo.learn.prose import Prose, paragraphs


class Reply(WithWidget, Prose):
    """Some paragraphs; the first one starts with ✓ or ✗ if they say whether you were right."""

    parts: tuple[str, ...]
    """The paragraphs before they were wrapped."""

    def __new__(cls, *parts: str) -> Self:
        reply = super().__new__(cls, paragraphs(*parts))
        reply.parts = parts
        return reply
