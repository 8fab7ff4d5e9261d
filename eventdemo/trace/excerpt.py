"""The part of a trace that a picture shows: its first emits, or everything about one subject.

An excerpt starts at its own first instant and states what it omits. It is not a `Trace`, because a trace's totals count
the whole run.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Check, Outage, Span, Stall, Trace

MAX_EMITS = 12
"""The most emits that a readable picture of a run can show."""
READABLE = 12
"""The most spans in one panel that a reader takes in at a glance."""


@dataclass(frozen=True)
class Excerpt:
    """Some spans of one run, with times relative to the first of them."""

    scenario: str
    label: str
    """The run's strategy, or its variant."""
    shows: str
    """Its content: `user 7`, `4 emits`."""
    left_out: str
    """A sentence on what is omitted, or empty."""
    spans: tuple[Span, ...]
    stalls: tuple[Stall, ...] = ()
    outages: tuple[Outage, ...] = ()
    """When instances were dead. The start is below 0 if the instance died before the first instant shown; the end is
    None if it was still dead at the last one."""
    checks: tuple[Check, ...] = ()
    """The checks at the end of the whole run."""
    outlines: tuple[Span, ...] = ()
    """Emits and deliveries of another run, to compare with: without the kill, or at a slider's previous position."""
    outlined: str = ""
    """What these show: `without the kill`."""
    outlined_end: float | None = None
    """When the last listener of that run ended, even if it has no outline because it ended alike."""
    scale: float | None = None
    """Where an axis to scale ends, at least, in seconds; None if each instant has a step of its own."""

    def fates(self) -> dict[Fate, int]:
        """Count the deliveries shown here by fate, in the order of `Fate`."""
        ends = [span.fate for span in self.spans if span.fate]
        return {fate: ends.count(fate) for fate in Fate if fate in ends}


Cut = Callable[[Trace | Excerpt, str], Excerpt]
"""Cuts out of a source what a picture shows about a subject, or without one its first emits."""


def as_excerpt(source: Trace | Excerpt, subject: str = "") -> Excerpt:
    """Return an excerpt unchanged; of a trace, everything about the subject, or without one its first emits."""
    if isinstance(source, Excerpt):
        return source
    return about(source, subject) if subject else first(source)


def first(trace: Trace, emits: int = MAX_EMITS) -> Excerpt:
    """Select the first root emits of a trace and everything they caused."""
    return _excerpt(trace, spans_of(trace, emits=emits))


def about(trace: Trace, subject: str) -> Excerpt:
    """Select the spans about one subject, such as `user 7`, and everything they caused."""
    return _excerpt(trace, spans_of(trace, subject), subject)


def spans_of(trace: Trace, subject: str = "", *, emits: int = MAX_EMITS) -> tuple[Span, ...]:
    """Return the spans about a subject and everything they caused; without one, those of the first root emits."""
    effects: defaultdict[int | None, list[int]] = defaultdict(list)
    for span in trace.spans:
        effects[span.cause].append(span.id)
    open_ends = [span.id for span in trace.spans if span.subject == subject] if subject else effects[None][:emits]
    kept: set[int] = set()
    while open_ends:
        if (one := open_ends.pop()) not in kept:
            kept.add(one)
            open_ends += effects[one]
    return tuple(span for span in trace.spans if span.id in kept)


def compared(trace: Trace, other: Trace, subject: str = "", outlined: str = "") -> Excerpt:
    """Return an excerpt with the outlines of another run: its emits and deliveries that had other times."""
    spans, others = spans_of(trace, subject), spans_of(other, subject)
    origin = min((span.scheduled for span in (*spans, *others)), default=0.0)
    begun = {_beginning(span): span for span in spans}
    differ = (span for span in others if span.kind != "call" and not _is_alike(span, begun.get(_beginning(span))))
    outlines = tuple(_earlier(span, origin) for span in differ)
    ran = [span.end - origin for span in others if span.kind == "listener" and span.start is not None]
    shown = _excerpt(trace, spans, subject, origin)
    return replace(shown, outlines=outlines, outlined=outlined, outlined_end=max(ran, default=None))


def _beginning(span: Span) -> tuple[object, ...]:
    return span.kind, span.name, span.subject, span.instance, span.scheduled


def _is_alike(outline: Span, shown: Span | None) -> bool:
    """Return whether an outline would hide behind a span; one that took no time does so behind any that began then."""
    return shown is not None and outline.end in {outline.scheduled, shown.end}


def subjects(trace: Trace) -> tuple[str, ...]:
    """Return the subjects of a trace's spans, in order of appearance."""
    return tuple(dict.fromkeys(span.subject for span in trace.spans if span.subject))


def representative_subject(traces: Sequence[Trace]) -> str:
    """Return the subject that shows most: most kinds of outcome, then most spans that a picture can hold.

    Ties go to the first. Between versions of a pitfall, the subject whose spans or outcomes differ most comes first,
    even if it occurs in one version only.
    """
    scores = [_scores(trace) for trace in traces]
    versions = any(trace.variant for trace in traces)
    differ = _differences(traces) if versions else Counter()

    def rank(subject: str) -> list[int]:
        return [differ[subject], *map(sum, zip(*(of.get(subject, (0, 0)) for of in scores), strict=True))]

    known = dict.fromkeys(subject for of in scores for subject in of)
    return max((s for s in known if versions or all(s in of for of in scores)), key=rank, default="")


def _differences(traces: Sequence[Trace]) -> Counter[str]:
    """Count for each subject how many spans of the same name and fate one trace has more than another."""
    counts = [Counter((span.subject, span.name, span.fate) for span in trace.spans) for trace in traces]
    differ: Counter[str] = Counter()
    for key in {*chain(*counts)}:
        differ[key[0]] += max(of[key] for of in counts) - min(of[key] for of in counts)
    return differ


def _scores(trace: Trace) -> dict[str, tuple[int, int]]:
    """Count for each subject the kinds of outcome, and the spans up to the most that are readable."""
    ends: defaultdict[str, list[Fate | None]] = defaultdict(list)
    for span in trace.spans:
        if span.subject:
            ends[span.subject].append(span.fate)
    return {subject: (len({*filter(None, fates)}), min(len(fates), READABLE)) for subject, fates in ends.items()}


def _excerpt(trace: Trace, spans: tuple[Span, ...], subject: str = "", origin: float | None = None) -> Excerpt:
    emits = sum(span.kind == "emit" for span in spans)
    omitted = trace.emitted - emits
    if origin is None:
        origin = min((span.scheduled for span in spans), default=0.0)
    end = max((span.end for span in spans), default=0.0)
    return Excerpt(
        scenario=one_line(trace.scenario),
        label=one_line(trace.label),
        shows=one_line(subject) or plural(emits, "emit"),
        left_out=f"{emits:,} of {plural(trace.emitted, 'emit')} shown; {omitted:,} omitted." if omitted > 0 else "",
        spans=tuple(_earlier(span, origin) for span in spans),
        stalls=tuple(
            Stall(start=max(s.start, origin) - origin, end=min(s.end, end) - origin)
            for s in trace.stalls
            if s.start < end and s.end > origin
        ),
        outages=tuple(
            _shown(outage, origin, end)
            for outage in trace.outages
            if outage.start <= end and (outage.end is None or outage.end >= origin)
        ),
        checks=trace.checks,
    )


def _shown(outage: Outage, origin: float, end: float) -> Outage:
    back = None if outage.end is None or outage.end > end else outage.end - origin
    return outage.model_copy(update={"start": outage.start - origin, "end": back})


def _earlier(span: Span, by: float) -> Span:
    start = None if span.start is None else span.start - by
    times = {"scheduled": span.scheduled - by, "start": start, "end": span.end - by}
    return span.model_copy(update=times | {"lines": span.lines.earlier(by)})
