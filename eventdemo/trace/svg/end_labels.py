"""What stands at the end of a bar: its sign, and beside it the word that says how it ended."""

from dataclasses import dataclass

from eventdemo.trace.lanes import Bar, Lane
from eventdemo.trace.naming import REASONS, one_line
from eventdemo.trace.svg.text_metrics import text_width
from eventdemo.trace.units import duration

WORD = 11.5
"""The size of the words beside marks."""
STUB = 12
"""How far a lost delivery's cross stands behind where it was lost."""
_SIGN = 8


@dataclass(frozen=True)
class EndLabel:
    """The word after a bar, and how far behind the bar's end it begins."""

    word: str
    begins: float

    @property
    def width(self) -> float:
        """The room that sign and word need behind the bar's end."""
        return self.begins + text_width(self.word, WORD, bold=True) if self.word else self.begins


def end_labels(bar: Bar, lane: Lane) -> tuple[EndLabel, ...]:
    """Return what may be written after a bar, the longest first: an emitter of different events names each."""
    ending = _end_label(bar)
    return (EndLabel(f"{one_line(bar.span.name)}: {ending.word}", ending.begins), ending) if lane.mixed else (ending,)


def _end_label(bar: Bar) -> EndLabel:
    """Return the word after a bar: an emit's return, why it was lost, or what it failed of."""
    if bar.span.kind == "emit" and bar.died:
        return EndLabel("never returned", STUB + _SIGN + 2)
    if bar.span.kind == "emit":
        return EndLabel(REASONS[bar.fate], 10 + STUB + _SIGN + 2) if bar.fate else EndLabel(_returned(bar), 8)
    if bar.fate in REASONS:
        return EndLabel(REASONS[bar.fate], STUB + _SIGN + 2)
    return EndLabel(bar.cause_of_failure(), 2 * _SIGN - 2)


def _returned(bar: Bar) -> str:
    took = bar.end - bar.begin
    return f"returned after {duration(took / 1e6)}" if took else "returned at once"
