"""The layout that all pictures share: panels, lanes, bars and their segments, in microseconds. Nothing here draws.

A panel is one strategy. Instance by instance, the emitter's lane comes first, then one lane for each listener in the
order of their first delivery. All panels share one axis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eventdemo.core.fates import Fate
from eventdemo.trace.axis import Axis, LinearAxis, axis_of, linear_axis
from eventdemo.trace.excerpt import Excerpt, as_excerpt
from eventdemo.trace.lanes import Bar, Lane, lanes_of
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Outage, Trace
from eventdemo.trace.segments import Activity, Interval, merged_stalls
from eventdemo.trace.units import duration, to_micros


@dataclass(frozen=True)
class Panel:
    """One strategy's lanes."""

    excerpt: Excerpt
    lanes: tuple[Lane, ...]
    stalls: tuple[Interval, ...]
    """When the event loop was blocked."""

    def outages(self, instance: str) -> tuple[Outage, ...]:
        """Return when an instance was dead, in seconds from the start of the excerpt."""
        return tuple(outage for outage in self.excerpt.outages if one_line(outage.instance) == instance)

    @property
    def instances(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(lane.instance for lane in self.lanes))

    @property
    def titled(self) -> bool:
        """Whether a picture names the instances, because there are several or one died."""
        return len(self.instances) > 1 or any(map(self.outages, self.instances))

    @property
    def drawn(self) -> Iterator[Bar]:
        """The bars of all lanes, and the outlines."""
        return (bar for lane in self.lanes for bar in lane.drawn)

    def ends(self) -> Iterator[int]:
        """Yield when something ended or changed: an emit, a delivery, an outage."""
        yield from (bar.end for bar in self.drawn)
        for outage in (outage for instance in self.instances for outage in self.outages(instance)):
            yield from (to_micros(time) for time in (outage.start, outage.end) if time is not None and time >= 0)

    def summary(self) -> str:
        """Describe when emit returned and when all listeners had ended, in this excerpt."""
        excerpt = self.excerpt
        emits = [bar for lane in self.lanes if lane.is_root for bar in lane.bars]
        held = [bar.span.end - bar.span.scheduled for bar in emits if not bar.died]
        if not emits:
            return f"no events about {excerpt.shows}" if excerpt.shows else "nothing was emitted"
        if not held:
            return "emit never returned"
        up_to = "up to " if len(held) > 1 else ""
        returned = f"after {up_to}{duration(max(held))}" if max(held) else "immediately"
        ran = [span.end for span in excerpt.spans if span.kind == "listener" and span.start is not None]
        last = f"listeners ended by {duration(max(ran))}" if ran else "no listener ran"
        compared = ""
        if excerpt.outlines and excerpt.outlined_end is not None:
            compared = f" ({excerpt.outlined}: {duration(excerpt.outlined_end)})"
        return f"emit returned {returned} · {last}{compared}"


@dataclass(frozen=True)
class Layout:
    """Panels on one scale."""

    panels: tuple[Panel, ...]
    axis: Axis

    def fates(self) -> dict[Fate, int]:
        shown = [panel.excerpt.fates() for panel in self.panels]
        return {fate: sum(f.get(fate, 0) for f in shown) for fate in Fate if any(fate in f for f in shown)}

    def broken_claims(self) -> frozenset[str]:
        """Return the claims that some panel breaks; every panel shows what it found for these."""
        checks = (check for panel in self.panels for check in panel.excerpt.checks)
        return frozenset(check.claim for check in checks if not check.holds)

    def ends(self) -> frozenset[int]:
        """Return the instants at which something ended, in any panel."""
        return frozenset(moment for panel in self.panels for moment in panel.ends())

    @property
    def is_to_scale(self) -> bool:
        return isinstance(self.axis, LinearAxis)

    def outlined(self) -> str:
        """Return what the outlines of other runs show, for a legend."""
        return ", ".join(dict.fromkeys(panel.excerpt.outlined for panel in self.panels if panel.excerpt.outlines))

    def has_outages(self) -> bool:
        return any(panel.outages(instance) for panel in self.panels for instance in panel.instances)

    def activities(self) -> tuple[Activity, ...]:
        """Return the activities that occur, for a legend."""
        seen = {segment.activity for panel in self.panels for bar in panel.drawn for segment in bar.segments}
        return tuple(activity for activity in Activity if activity in seen)

    def notes(self) -> tuple[str, ...]:
        """State what the picture omits."""
        cuts = list(dict.fromkeys(panel.excerpt.left_out for panel in self.panels))
        if len(cuts) > 1:
            cuts = [f"{p.excerpt.label}: {p.excerpt.left_out}" for p in self.panels if p.excerpt.left_out]
        close = f"Instants less than {duration(self.axis.merged / 1e6)} apart may share a step."
        return (*filter(None, cuts), *([close] if self.axis.merged else []))


def panels_of(sources: Sequence[Trace | Excerpt]) -> tuple[Panel, ...]:
    """Sort traces or excerpts into lanes: instances by name, and in each of them root emitters first.

    All panels have the same order of lanes: that of the first panel that has the lane.
    """
    panels = []
    for excerpt in map(as_excerpt, sources):
        stalls = merged_stalls(excerpt.stalls)
        panels.append(Panel(excerpt, lanes_of(excerpt.spans, stalls, excerpt.outages, excerpt.outlines), stalls))
    owners = list(dict.fromkeys(lane.owner for panel in panels for lane in panel.lanes))

    def place(lane: Lane) -> tuple[str, bool, int]:
        return lane.instance, not lane.is_root, owners.index(lane.owner)

    return tuple(replace(panel, lanes=tuple(sorted(panel.lanes, key=place))) for panel in panels)


def on_one_axis(panels: tuple[Panel, ...], room: int) -> Layout:
    """Lay out panels below each other on one axis of at most `room` cells, to scale if an excerpt asks for it."""
    moments = [moment for panel in panels for moment in _moments(panel)]
    scales = [to_micros(panel.excerpt.scale) for panel in panels if panel.excerpt.scale is not None]
    return Layout(panels, linear_axis(max([*scales, *moments]), room) if scales else axis_of(moments, room))


def _moments(panel: Panel) -> Iterator[int]:
    yield from panel.ends()
    for bar in panel.drawn:
        yield from (bar.begin, *(segment.start for segment in bar.segments))
    for stall in panel.stalls:
        yield from stall
