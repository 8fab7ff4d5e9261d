"""The width of a line of text, and of the label at the end of a bar, which says how the emit or delivery ended.

The reader's font is unknown, so this assumes DejaVu Sans, one of the widest.
"""

from dataclasses import dataclass
from functools import lru_cache

from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.naming import one_line

WORD = 11.5
"""The font size of the labels beside marks."""
STUB = 12
"""How far the cross of a lost delivery is from the end of its bar."""
_SIGN = 8
_CROSS = STUB + _SIGN + 2
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
    if mono:
        return len(text) * size * _MONO
    return sum(_WIDTHS.get(char, _OTHER) for char in text) * size * (_BOLD if bold else 1.0)


def fitting(text: str, room: float, size: float, *, mono: bool = False, bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis if it does not fit into `room` pixels."""
    if text_width(text, size, mono=mono, bold=bold) <= room:
        return text
    cuts = (text[:end] + "…" for end in range(len(text), 0, -1))
    return next((cut for cut in cuts if text_width(cut, size, mono=mono, bold=bold) <= room), "")


@dataclass(frozen=True)
class EndLabel:
    """The text after a bar, and how far from the bar's end it begins."""

    word: str
    begins: float

    @property
    def width(self) -> float:
        """The room that sign and text need after the bar's end."""
        return self.begins + text_width(self.word, WORD, bold=True) if self.word else self.begins


def end_labels(bar: Bar, lane: Lane) -> tuple[EndLabel, ...]:
    """Return the possible labels of a bar, longest first; an emitter of different events names each event."""
    if bar.span.kind == "emit" and not bar.died:
        begins = 10 + _CROSS if bar.fate else 8
    else:
        begins = _CROSS if bar.died or bar.is_lost else 2 * _SIGN - 2
    label = EndLabel(bar.end_label(), begins)
    return (EndLabel(f"{one_line(bar.span.name)}: {label.word}", begins), label) if lane.mixed else (label,)
