"""The label at the end of a bar, which says how the emit or delivery ended."""

from dataclasses import dataclass

from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.naming import one_line
from eventdemo.trace.svg.text_metrics import text_width

WORD = 11.5
"""The font size of the labels beside marks."""
STUB = 12
"""How far the cross of a lost delivery is from the end of its bar."""
_SIGN = 8
_CROSS = STUB + _SIGN + 2


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
    begins = _after_stop(bar) if bar.span.kind == "emit" else _CROSS if bar.is_lost else 2 * _SIGN - 2
    label = EndLabel(bar.end_label(), begins)
    return (EndLabel(f"{one_line(bar.span.name)}: {label.word}", begins), label) if lane.mixed else (label,)


def _after_stop(bar: Bar) -> float:
    if bar.died:
        return _CROSS
    return 10 + _CROSS if bar.fate else 8
