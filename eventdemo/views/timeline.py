"""The layout that every picture shares: panels, lanes, bars and their pieces, in microseconds. Nothing here draws.

A panel is one strategy; the emitter's lane comes first, then one lane for each listener in the order in which they
were first scheduled, instance by instance. Panels stand on one common axis.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from eventdemo.fates import Fate
from eventdemo.trace import Outage, Span, Trace
from eventdemo.views.axis import Axis, axis_of
from eventdemo.views.excerpt import Excerpt, as_excerpt
from eventdemo.views.pieces import Doing, Piece, Stretch, merged_stalls, pieces_of
from eventdemo.views.units import duration, to_micros
from eventdemo.views.wording import answer_of, listener_label, one_line


@dataclass(frozen=True)
class Bar:
    """One emit, or one delivery from being scheduled to its fate."""

    span: Span
    pieces: tuple[Piece, ...]
    calls: tuple[Span, ...]
    row: int
    """Bars of a lane that overlap in time stand in different rows."""
    died: bool = False
    """Whether its instance died over it: an emit that did not return."""

    @property
    def fate(self) -> Fate | None:
        """How it ended; an emit has a fate only if nobody listened."""
        return self.span.fate

    def cause_of_failure(self) -> str:
        """Name what a failed delivery failed of: the last answer it got, `oracle-fusion 429`, or what was raised."""
        if self.fate is None or self.fate.verdict != "failed":
            return ""
        last = self.calls[-1] if self.calls else None
        if last is not None and not answer_of(last).startswith("2"):
            return one_line(last.detail)
        return one_line(self.span.detail).partition(":")[0]

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
    """Whether this is a listener's emitting."""

    @property
    def is_root(self) -> bool:
        """Whether this is an emitter that no listener is behind: it stands first."""
        return self.kind == "emit" and not self.nested

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

    def outages(self, instance: str) -> tuple[Outage, ...]:
        """Return when an instance was dead; the times are the excerpt's, in seconds."""
        return tuple(outage for outage in self.excerpt.outages if one_line(outage.instance) == instance)

    @property
    def instances(self) -> tuple[str, ...]:
        """The instances in order of appearance."""
        return tuple(dict.fromkeys(lane.instance for lane in self.lanes))

    def summary(self) -> str:
        """Say when emit returned and when all listeners had ended, in what is shown here."""
        emits = [bar for lane in self.lanes if lane.is_root for bar in lane.bars]
        roots = [bar.span.end - bar.span.scheduled for bar in emits if not bar.died]
        ran = [s.end for s in self.excerpt.spans if s.kind == "listener" and s.start is not None]
        if not emits:
            return f"nothing here about {self.excerpt.shows}" if self.excerpt.shows else "nothing was emitted"
        if not roots:
            return "emit never returned"
        held = (
            "at once" if max(roots) == 0 else ("after " if len(roots) == 1 else "after up to ") + duration(max(roots))
        )
        last = f"listeners ended by {duration(max(ran))}" if ran else "no listener ran"
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

    def doings(self) -> tuple[Doing, ...]:
        """Return what listeners and emitters are seen doing, for a key."""
        pieces = (p for panel in self.panels for lane in panel.lanes for bar in lane.bars for p in bar.pieces)
        seen = {piece.doing for piece in pieces}
        return tuple(doing for doing in Doing if doing in seen)

    def notes(self) -> tuple[str, ...]:
        """Say in words what the picture leaves out."""
        cuts = list(dict.fromkeys(panel.excerpt.left_out for panel in self.panels))
        if len(cuts) > 1:
            cuts = [f"{p.excerpt.label}: {p.excerpt.left_out}" for p in self.panels if p.excerpt.left_out]
        close = f"Instants less than {duration(self.axis.merged / 1e6)} apart may share a step."
        return (*filter(None, cuts), *([close] if self.axis.merged else []))


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
    for instance in panel.instances:
        for outage in panel.outages(instance):
            yield from (
                to_micros(moment) for moment in (outage.start, outage.end) if moment is not None and moment >= 0
            )


class _Owner(NamedTuple):
    """Whose lane it is."""

    instance: str
    kind: Literal["emit", "listener"]
    label: str
    nested: bool


def _owner(span: Span) -> _Owner:
    if span.kind == "emit":
        return _Owner(one_line(span.instance), "emit", one_line(span.detail) or "emit", span.cause is not None)
    return _Owner(one_line(span.instance), "listener", listener_label(span), nested=False)


def _panel(excerpt: Excerpt) -> Panel:
    stalls = merged_stalls(excerpt.stalls)
    effects: defaultdict[int | None, list[Span]] = defaultdict(list)
    groups: defaultdict[_Owner, list[Span]] = defaultdict(list)
    for span in sorted(excerpt.spans, key=lambda span: (span.scheduled, span.id)):
        effects[span.cause].append(span)
        if span.kind != "call":
            groups[_owner(span)].append(span)
    instances = list(dict.fromkeys(owner.instance for owner in groups))
    deaths = {(one_line(outage.instance), to_micros(outage.start)) for outage in excerpt.outages}
    lanes = [_lane(owner, spans, effects, stalls, deaths) for owner, spans in groups.items()]
    return Panel(
        excerpt, tuple(sorted(lanes, key=lambda lane: (instances.index(lane.instance), not lane.is_root))), stalls
    )


def _lane(
    owner: _Owner,
    spans: Sequence[Span],
    effects: Mapping[int | None, list[Span]],
    stalls: Sequence[Stretch],
    deaths: Collection[tuple[str, int]],
) -> Lane:
    bars = []
    for span, row in zip(spans, _rows(spans), strict=True):
        inner = effects.get(span.id, [])
        calls = sorted((other for other in inner if other.kind == "call"), key=lambda call: (call.end, call.id))
        died = span.fate is Fate.LOST_IN_CRASH or (
            owner.kind == "emit" and span.end > span.scheduled and (owner.instance, to_micros(span.end)) in deaths
        )
        bars.append(Bar(span, pieces_of(span, inner, stalls), tuple(calls), row, died))
    note = ", ".join(dict.fromkeys(one_line(span.name) for span in spans)) if owner.kind == "emit" else ""
    return Lane(owner.kind, owner.label, note, owner.instance, tuple(bars), owner.nested)


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
