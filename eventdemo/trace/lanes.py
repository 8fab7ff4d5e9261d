"""Lanes of bars: a lane holds the emits of one emitter or the deliveries of one listener, on one instance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eventdemo.core.fates import Fate
from eventdemo.trace.naming import REASONS, answer_of, lane_label, one_line
from eventdemo.trace.record import Kind, Outage, Span
from eventdemo.trace.segments import Interval, Segment, segments_of
from eventdemo.trace.units import to_micros, when

Owner = tuple[str, Kind, str, bool]
"""What identifies a lane: the first four fields of `Lane`."""


@dataclass(frozen=True)
class Bar:
    """One emit, or one delivery from its scheduling to its fate."""

    span: Span
    segments: tuple[Segment, ...]
    calls: tuple[Span, ...]
    row: int
    """Bars of a lane that overlap have different rows."""
    died: bool = False
    """Whether its instance died before it finished."""

    @property
    def fate(self) -> Fate | None:
        """The outcome; an emit has a fate only if the event had no listener."""
        return self.span.fate

    def cause_of_failure(self) -> str:
        """Return why a delivery failed: the last answer of a service, `oracle-fusion 429`, or the exception."""
        if self.fate is None or self.fate.verdict != "failed":
            return ""
        last = self.calls[-1] if self.calls else None
        if last is not None and not answer_of(last).startswith("2"):
            return one_line(last.detail)
        return one_line(self.span.detail).partition(":")[0]

    @property
    def is_lost(self) -> bool:
        return self.fate is not None and self.fate.verdict == "lost"

    def end_label(self) -> str:
        """Return when emit returned, or why the delivery was lost or failed."""
        if self.span.kind == "emit" and self.died:
            return "never returned"
        if self.fate in REASONS:
            return REASONS[self.fate]
        if self.span.kind == "listener":
            return self.cause_of_failure()
        return f"returned {when((self.end - self.begin) / 1e6)}"

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
    """Everything that one emitter emitted, or that one listener did, on one instance."""

    instance: str
    kind: Kind
    label: str
    nested: bool
    """Whether the emitter is itself a listener."""
    bars: tuple[Bar, ...]
    outlines: tuple[Bar, ...]
    """Of another run, to compare with."""

    @property
    def owner(self) -> Owner:
        return self.instance, self.kind, self.label, self.nested

    @property
    def drawn(self) -> tuple[Bar, ...]:
        return *self.bars, *self.outlines

    @property
    def note(self) -> str:
        """What an emitter emitted; empty for a listener."""
        events = dict.fromkeys(one_line(bar.span.name) for bar in self.bars or self.outlines)
        return ", ".join(events) if self.kind == "emit" else ""

    @property
    def is_root(self) -> bool:
        """Whether this is an emitter that is not itself a listener; such lanes come first."""
        return self.kind == "emit" and not self.nested

    @property
    def is_below(self) -> bool:
        """Whether it is drawn below an emitter: it is a listener, or it emits in response to an event."""
        return not self.is_root

    @property
    def mixed(self) -> bool:
        """Whether it emits events of different names, so that each bar must show its own."""
        return self.kind == "emit" and len({bar.span.name for bar in self.bars}) > 1

    @property
    def rows(self) -> int:
        return max(bar.row for bar in self.drawn) + 1


def lanes_of(
    spans: Sequence[Span], stalls: Sequence[Interval], outages: Sequence[Outage], outlines: Sequence[Span] = ()
) -> tuple[Lane, ...]:
    """Group spans into lanes, in the order in which they became due; a lane may have outlines only."""
    effects: defaultdict[int | None, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (span.scheduled, span.id)):
        effects[span.cause].append(span)
    deaths = {(one_line(outage.instance), to_micros(outage.start)) for outage in outages}

    def bar(span: Span, row: int) -> Bar:
        inner = effects.get(span.id, [])
        calls = sorted((other for other in inner if other.kind == "call"), key=lambda call: (call.end, call.id))
        died = span.fate is Fate.LOST_IN_CRASH or (
            span.kind == "emit"
            and span.end > span.scheduled
            and (one_line(span.instance), to_micros(span.end)) in deaths
        )
        return Bar(span, segments_of(span, inner, stalls), tuple(calls), row, died)

    bars = _by_owner(bar, (span for span in spans if span.kind != "call"))
    outlined = _by_owner(lambda span, row: Bar(span, (), (), row), outlines)
    return tuple(Lane(*owner, bars.get(owner, ()), outlined.get(owner, ())) for owner in bars | outlined)


def _by_owner(make: Callable[[Span, int], Bar], spans: Iterable[Span]) -> dict[Owner, tuple[Bar, ...]]:
    """Make the bars of each lane, each in the first row that is free when it becomes due."""
    bars: defaultdict[Owner, list[Bar]] = defaultdict(list)
    free: defaultdict[Owner, list[float]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (span.scheduled, span.id)):
        owner = _owner(span)
        row = next((row for row, end in enumerate(free[owner]) if end <= span.scheduled), len(free[owner]))
        # A span of no duration still takes room, so the next one at the same instant goes below it.
        free[owner][row : row + 1] = [max(span.end, span.scheduled + 1e-6)]
        bars[owner].append(make(span, row))
    return {owner: tuple(made) for owner, made in bars.items()}


def _owner(span: Span) -> Owner:
    nested = span.kind == "emit" and span.cause is not None
    return one_line(span.instance), span.kind, lane_label(span), nested
