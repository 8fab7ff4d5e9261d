"""A page or a picture of the site that is made, not written."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Page:
    """Where it is, seen from `docs/`, and what is in it."""

    path: str
    content: str | bytes


def fenced(language: str, content: str) -> str:
    """Return a fenced block; the fence is longer than any inside."""
    fence = "`" * max(3, 1 + max((len(run) for run in content.split() if set(run) == {"`"}), default=0))
    return f"{fence}{language}\n{content.rstrip()}\n{fence}\n"


def picture(name: str, alt: str, *, folder: str = "") -> str:
    """Return Markdown that shows `name-light.svg` or `name-dark.svg`, whichever the reader's colours ask for."""
    return "\n".join(f"![{alt}]({folder}{name}-{theme}.svg#only-{theme})" for theme in ("light", "dark")) + "\n"
