"""The width of a line of text. The reader's font is unknown, so this assumes DejaVu Sans, one of the widest."""

from functools import lru_cache

_MONO, _BOLD = 0.61, 1.14
_CLASSES = {
    "ijlIJ'": 0.29,
    " .,·:;|/": 0.34,
    "frt()[]!-": 0.4,
    "csz_kL": 0.56,
    "ABCKRUVXZ": 0.7,
    "DGHNOQ": 0.79,
    "wM✓✗": 0.86,
    "mW⋯%": 1.0,
}
_OTHER = 0.63
_WIDTHS = {char: width for chars, width in _CLASSES.items() for char in chars}


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, mono: bool = False, bold: bool = False) -> float:
    """Return the width of a line of text in pixels."""
    if mono:
        return len(text) * size * _MONO
    return sum(_WIDTHS.get(char, _OTHER) for char in text) * size * (_BOLD if bold else 1.0)


def fitting(text: str, room: float, size: float, *, mono: bool = False, bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis if it does not fit into `room` pixels."""
    if text_width(text, size, mono=mono, bold=bold) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size, mono=mono, bold=bold) > room:
        kept = kept[:-1]
    return kept + "…" if kept else ""
