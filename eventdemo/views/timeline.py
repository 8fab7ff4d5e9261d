"""The layout that every picture shares: panels, lanes, bars and their pieces, in microseconds. Nothing here draws.

A panel is one strategy; the emitter's lane comes first, then one lane for each listener in the order in which they
were first scheduled, instance by instance. Panels stand on one common axis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from eventdemo.fates import Fate
from eventdemo.trace import Span, Trace
from eventdemo.views.axis import Axis, axis_of
from eventdemo.views.excerpt import Excerpt, as_excerpt
from eventdemo.views.pieces import Piece, merged_stalls, pieces_of
from eventdemo.views.units import duration, plural, to_micros
from eventdemo.views.wording import listener_label, one_line


@dataclass(frozen=True)
class Bar:
    """One emit, or one delivery from being scheduled to its fate."""

    span: Span
    fate: Fate | None
    pieces: tuple[Piece, ...]
    row: int
    """Bars of a lane that overlap in time stand in different rows."""

    @property
    def begin(self) -> int:
        """When it was due, in microseconds."""
        return to_micros(self.span.scheduled)

    @property
    def end(self) -> int:
        """When it returned or ended, in microseconds."""
        return to_micros(self.span.end)


@dataclass(frozen=True)
class Lane:
    """Everything that one emitter emitted, or one listener did, on one instance."""

    kind: Literal["emit", "listener"]
    label: str
    note: str
    """What an emitter emitted; empty for a listener."""
    instance: str
    bars: tuple[Bar, ...]
    nested: bool = False
    """Whether this emitter is itself a listener."""

    @property
    def rows(self) -> int:
        """How many rows its bars need."""
        return max(bar.row for bar in self.bars) + 1


@dataclass(frozen=True)
class Panel:
    """One strategy's lanes."""

    excerpt: Excerpt
    lanes: tuple[Lane, ...]
    stalls: tuple[tuple[int, int], ...]
    """When the loop could run nothing else."""

    @property
    def instances(self) -> tuple[str, ...]:
        """The instances in order of appearance."""
        return tuple(dict.fromkeys(lane.instance for lane in self.lanes))

    def summary(self) -> str:
        """Say when emit returned and when the last listener was done, in what is shown here."""
        roots = [s.end - s.scheduled for s in self.excerpt.spans if s.kind == "emit" and s.cause is None]
        ran = [s.end for s in self.excerpt.spans if s.kind == "listener" and s.start is not None]
        if not roots:
            return "nothing was emitted"
        held = (
            "at once" if max(roots) == 0 else ("after " if len(roots) == 1 else "after up to ") + duration(max(roots))
        )
        last = f"last listener ended at {duration(max(ran))}" if ran else "no listener ran"
        return f"emit returned {held} · {last}"


@dataclass(frozen=True)
class Timeline:
    """Panels on one scale."""

    panels: tuple[Panel, ...]
    axis: Axis

    def fates(self) -> dict[Fate, int]:
        """Return how often each fate is shown, over all panels."""
        shown = [panel.excerpt.fates() for panel in self.panels]
        return {fate: sum(f.get(fate, 0) for f in shown) for fate in Fate if any(fate in f for f in shown)}

    def notes(self) -> tuple[str, ...]:
        """Say in words what the picture leaves out."""
        cuts = dict.fromkeys(p.excerpt.left_out for p in self.panels if p.excerpt.left_out)
        close = f"Instants less than {duration(self.axis.merged / 1e6)} apart may share a step."
        return (*cuts, *([close] if self.axis.merged else []))


def lay_out(sources: Sequence[Trace | Excerpt], room: int) -> Timeline:
    """Lay out traces or excerpts under each other on one axis of at most `room` cells."""
    panels = tuple(_panel(as_excerpt(source)) for source in sources)
    return Timeline(panels, axis_of((moment for panel in panels for moment in _moments(panel)), room))


def _moments(panel: Panel) -> Iterable[int]:
    for lane in panel.lanes:
        for bar in lane.bars:
            yield from (bar.begin, bar.end, *(piece.start for piece in bar.pieces))
    for stall in panel.stalls:
        yield from stall


def _panel(excerpt: Excerpt) -> Panel:
    stalls = merged_stalls(excerpt.stalls)
    groups: dict[tuple[str, str, str, bool], list[Span]] = {}
    order = sorted((s for s in excerpt.spans if s.kind != "call"), key=lambda s: (s.scheduled, s.id))
    for span in order:
        label = _emitter(span) if span.kind == "emit" else listener_label(span)
        groups.setdefault((one_line(span.instance), span.kind, label, span.cause is not None), []).append(span)
    lanes = [_lane(key, spans, excerpt, stalls) for key, spans in groups.items()]
    appearance = list(dict.fromkeys(lane.instance for lane in lanes))
    return Panel(excerpt, tuple(sorted(lanes, key=lambda lane: appearance.index(lane.instance))), stalls)


def _emitter(span: Span) -> str:
    return one_line(span.detail) or "emit"


def _lane(
    key: tuple[str, str, str, bool], spans: Sequence[Span], excerpt: Excerpt, stalls: tuple[tuple[int, int], ...]
) -> Lane:
    instance, kind, label, caused = key
    bars = tuple(
        Bar(span, _fate(span, excerpt), pieces_of(span, excerpt.spans, stalls), row)
        for span, row in zip(spans, _rows(spans), strict=True)
    )
    if kind != "emit":
        return Lane("listener", label, "", instance, bars)
    events = list(dict.fromkeys(one_line(span.name) for span in spans))
    note = events[0] if len(events) == 1 else plural(len(events), "event name")
    return Lane("emit", label, note, instance, bars, nested=caused)


def _fate(span: Span, excerpt: Excerpt) -> Fate | None:
    return Fate.NO_LISTENER if span.id in excerpt.unheard else span.fate


def _rows(spans: Sequence[Span]) -> list[int]:
    """Put each span into the first row that is free when it becomes due."""
    free: list[float] = []
    rows = []
    for span in spans:
        # A span without length still takes room, so the next one at the same instant goes below it.
        row = next((row for row, end in enumerate(free) if end <= span.scheduled), len(free))
        busy = max(span.end, span.scheduled + 1e-6)
        free[row : row + 1] = [busy]
        rows.append(row)
    return rows
