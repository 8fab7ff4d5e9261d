"""Two runs beside each other: which marks of one have no equal in the other."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Span

WHY = "different in the other run"


def marked(one: Excerpt, other: Excerpt) -> tuple[Excerpt, Excerpt]:
    """Return both with those marks standing out that are missing in the other, or began or ended otherwise there."""
    return _marked(one, other), _marked(other, one)


def _marked(one: Excerpt, other: Excerpt) -> Excerpt:
    there = dict(_named(other))
    differs = (span.id for name, span in _named(one) if name not in there or _told(span) != _told(there[name]))
    return replace(one, marked=frozenset(differs), marked_as=WHY)


def _named(excerpt: Excerpt) -> Iterator[tuple[Any, Span]]:
    """Yield each emit and delivery with what makes it the same one in another run: the how-manieth of its kind."""
    seen: Counter[Any] = Counter()
    for span in excerpt.spans:
        if span.kind != "call":
            name = (span.kind, span.name, span.instance, span.subject)
            yield (name, seen[name]), span
            seen[name] += 1


def _told(span: Span) -> tuple[Any, ...]:
    return span.scheduled, span.start, span.end, span.fate
