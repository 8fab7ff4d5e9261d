"""The label at the end of a bar, which says how the emit or delivery ended."""

from dataclasses import dataclass

from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.naming import REASONS, one_line
from eventdemo.trace.svg.text_metrics import text_width
from eventdemo.trace.units import duration

WORD = 11.5
"""The font size of the labels beside marks."""
STUB = 12
"""How far the cross of a lost delivery is from the end of its bar."""
_SIGN = 8


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
    label = _end_label(bar)
    return (EndLabel(f"{one_line(bar.span.name)}: {label.word}", label.begins), label) if lane.mixed else (label,)


def _end_label(bar: Bar) -> EndLabel:
    """Return the label of a bar: when emit returned, or why the delivery was lost or failed."""
    if bar.span.kind == "emit" and bar.died:
        return EndLabel("never returned", STUB + _SIGN + 2)
    if bar.span.kind == "emit":
        return EndLabel(REASONS[bar.fate], 10 + STUB + _SIGN + 2) if bar.fate else EndLabel(_returned(bar), 8)
    if bar.fate in REASONS:
        return EndLabel(REASONS[bar.fate], STUB + _SIGN + 2)
    return EndLabel(bar.cause_of_failure(), 2 * _SIGN - 2)


def _returned(bar: Bar) -> str:
    took = bar.end - bar.begin
    return f"returned after {duration(took / 1e6)}" if took else "returned immediately"
