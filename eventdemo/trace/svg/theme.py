"""The colours of a picture, which depend on the fate: a light theme, a dark one, and one that uses a page's CSS.

Fates also differ in shape and letter (`glyphs`), so colour is optional. The colours were chosen by simulating each kind
of colour-blindness: blue, orange, wine and violet stay distinct in all of them.
"""

from dataclasses import dataclass, fields
from typing import Literal

from eventdemo.core.fates import Fate

ThemeName = Literal["light", "dark", "page"]


@dataclass(frozen=True)
class Theme:
    """All colours of a picture."""

    card: str
    edge: str
    ink: str
    muted: str
    grid: str
    stall: str
    dead: str
    dead_line: str
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


_COLOURS = {
    "card": ("#ffffff", "#0d1117"),
    "edge": ("#d0d7de", "#30363d"),
    "ink": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "grid": ("#e9edf1", "#21272e"),
    "stall": ("#fdf1d6", "#2f2613"),
    "dead": ("#eceff2", "#1c222a"),
    "dead_line": ("#b4bcc6", "#4a535e"),
    "ok": ("#0072a0", "#5cd0ea"),
    "seen": ("#8f6a00", "#f2d064"),
    "logged": ("#a85c00", "#f2b33d"),
    "unseen": ("#c74600", "#ff9838"),
    "lost": ("#8f0d48", "#f7507d"),
    "extra": ("#7a3ff0", "#9d8bff"),
}
"""Light and dark."""
LIGHT = Theme(**{name: light for name, (light, _) in _COLOURS.items()})
DARK = Theme(**{name: dark for name, (_, dark) in _COLOURS.items()})
PAGE = Theme(**{field.name: f"var(--{field.name.replace('_', '-')})" for field in fields(Theme)})
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK, "page": PAGE}


def colours(theme: Theme) -> dict[str, str]:
    """Return a theme as CSS custom properties, for a page with `PAGE` pictures."""
    return {f"--{field.name.replace('_', '-')}": getattr(theme, field.name) for field in fields(theme)}


def variables(theme: Theme) -> str:
    return " ".join(f"{name}: {colour};" for name, colour in colours(theme).items())
