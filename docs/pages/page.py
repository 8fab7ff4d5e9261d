"""A generated page or picture of the site."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Page:
    """Its path relative to `docs/`, and its content."""

    path: str
    content: str | bytes


def fenced(language: str, content: str) -> str:
    """Return a fenced block; the fence is longer than any inside."""
    fence = "`" * max(3, 1 + max((len(run) for run in content.split() if set(run) == {"`"}), default=0))
    return f"{fence}{language}\n{content.rstrip()}\n{fence}\n"
