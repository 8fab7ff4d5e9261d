"""One run as a Mermaid sequence diagram, for Markdown: `-)` is a delivery, `-x` a lost one.

Each line stays one statement whatever a name contains, because all but plain letters, digits and a few signs become
entities.
"""

from collections.abc import Iterator
from string import ascii_letters, digits

from eventdemo.core.fates import Fate
from eventdemo.trace.excerpt import Excerpt, as_excerpt
from eventdemo.trace.naming import REASONS, answer_of, lane_label, one_line, service_name, service_of
from eventdemo.trace.record import Span, Trace
from eventdemo.trace.units import to_micros, when

_HARMLESS = frozenset(" ._-/()=+," + ascii_letters + digits)
_NO_LISTENER = "(no listener)"

Participants = dict[tuple[str, str], str]
Moment = tuple[int, int, int, str]
"""The time, what decides the order within one instant, and the statement."""


def sequence(source: Trace | Excerpt) -> str:
    """Return the diagram: emits, deliveries with their outcomes, and calls with their answers."""
    excerpt = as_excerpt(source)
    participants = _participants(excerpt)
    by_id = {span.id: span for span in excerpt.spans}
    moments = sorted(moment for span in excerpt.spans for moment in _moments(span, by_id, participants))
    declared = (f"participant {alias} as {escaped(name)}" for (_, name), alias in participants.items())
    title = f"%% {escaped(excerpt.scenario)}, {escaped(excerpt.label)}, {escaped(excerpt.shows)}"
    below = (*declared, *(statement for *_, statement in moments))
    return "\n    ".join([f"{title}\nsequenceDiagram", *below]) + "\n"


def escaped(text: str) -> str:
    """Return `text` on one line, with entities for everything that Mermaid could read as syntax."""
    safe = "".join(c if c in _HARMLESS else f"#{ord(c)};" for c in one_line(text))
    return safe or "#8203;"  # an empty name would end the statement early


def _participants(excerpt: Excerpt) -> Participants:
    """Number the participants: emitters and listeners in order of appearance, then services."""
    ordered = sorted(excerpt.spans, key=lambda span: (span.kind == "call", span.scheduled, span.id))
    names = list(dict.fromkeys(_participant(span) for span in ordered))
    if any(span.kind == "emit" and span.fate for span in excerpt.spans):
        names.append(("", _NO_LISTENER))
    return {name: f"P{number}" for number, name in enumerate(names, 1)}


def _participant(span: Span) -> tuple[str, str]:
    if span.kind == "call":
        return "", service_name(service_of(span)) or "service"
    return one_line(span.instance), lane_label(span)


def _moments(span: Span, by_id: dict[int, Span], participants: Participants) -> Iterator[Moment]:
    due, end = to_micros(span.scheduled), to_micros(span.end)
    me = participants[_participant(span)]
    cause = by_id.get(span.cause) if span.cause is not None else None
    other = participants[_participant(cause)] if cause else me
    # Within one instant: first what ends, innermost first; then what begins; then what began and ended in no time.
    last = 0 if due < end else 2
    if span.kind == "emit":
        if span.fate:
            yield due, 1, span.id, f"{me}-x{participants['', _NO_LISTENER]}: {escaped(span.name)}"
        yield end, last, -span.id, f"Note over {me}: emit returned {when(span.end - span.scheduled)}"
    elif span.kind == "call":
        yield due, 1, span.id, f"{other}->>{me}: {escaped(span.name)}"
        yield end, last, -span.id, f"{me}-->>{other}: {escaped(answer_of(span))}"
    else:
        event = escaped(cause.name) if cause else "event"
        arrow, why = ("-x", f" ({REASONS[span.fate]})") if span.start is None and span.fate in REASONS else ("-)", "")
        yield due, 1, span.id, f"{other}{arrow}{me}: {event}{why}"
        if span.fate in REASONS and span.start is not None:
            yield end, last, -span.id, f"{me}-x{me}: {REASONS[span.fate]}"
        elif span.fate not in {*REASONS, None, Fate.DONE}:
            raised = f" ({escaped(span.detail.partition(':')[0])})" if span.detail else ""
            yield end, last, -span.id, f"Note over {me}: {span.fate}{raised}"
