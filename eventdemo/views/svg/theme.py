"""The colours of a picture: by fate, never by listener. A light card, a dark one, and one that a page's CSS decides.

Fates also differ in shape and letter (`bars`), so the colours only help: teal, amber to brick, magenta and violet stay
apart for red-green colour-blind readers.
"""

from dataclasses import dataclass, fields
from typing import Literal

from eventdemo.fates import Fate

ThemeName = Literal["light", "dark", "page"]


@dataclass(frozen=True)
class Theme:
    """Every colour that a picture uses."""

    card: str
    edge: str
    ink: str
    muted: str
    grid: str
    stall: str
    ok: str
    seen: str
    logged: str
    unseen: str
    lost: str
    extra: str

    def of(self, fate: Fate | None) -> str:
        """Return a fate's colour; a bar without one is an emit, in ink."""
        if fate is None:
            return self.ink
        by_verdict = {"ok": self.ok, "lost": self.lost, "extra": self.extra, "failed": self.unseen}
        return {Fate.FAILED_SEEN: self.seen, Fate.FAILED_LOGGED: self.logged}.get(fate, by_verdict[fate.verdict])


LIGHT = Theme(
    card="#ffffff",
    edge="#d0d7de",
    ink="#1f2328",
    muted="#59636e",
    grid="#e7ebef",
    stall="#fdf0d5",
    ok="#0b7a6b",
    seen="#966400",
    logged="#b35309",
    unseen="#a8321a",
    lost="#b5125b",
    extra="#6b3fc0",
)
DARK = Theme(
    card="#0d1117",
    edge="#30363d",
    ink="#e6edf3",
    muted="#9198a1",
    grid="#21262d",
    stall="#2e2515",
    ok="#3fb9a5",
    seen="#dba63a",
    logged="#f0883e",
    unseen="#ff7b63",
    lost="#ff6fa8",
    extra="#b392f0",
)
PAGE = Theme(**{field.name: f"var(--{field.name})" for field in fields(Theme)})
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK, "page": PAGE}


def colours(theme: Theme) -> dict[str, str]:
    """Return a theme as CSS custom properties, for the page that `PAGE` pictures are set into."""
    return {f"--{field.name}": getattr(theme, field.name) for field in fields(theme)}


def variables(theme: Theme) -> str:
    """Return a theme as CSS declarations."""
    return " ".join(f"{name}: {colour};" for name, colour in colours(theme).items())
