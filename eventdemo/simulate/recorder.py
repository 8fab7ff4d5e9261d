"""Records the spans of a run: emits and listeners as the bus reports them, calls as the transport does.

Only the spans of the first emits are kept, because a reader cannot look at those of a million.
"""

import sys
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import TYPE_CHECKING, Any

from eventdemo.core.delivery import Delivery, Emission, Observer, current_delivery, listener_name
from eventdemo.core.fates import Fate
from eventdemo.simulate.metrics import CallCounter, rounded
from eventdemo.simulate.studied_lines import Place, first_line, place_of, studied_frame
from eventdemo.trace.lines import NO_LINES, Line, Lines
from eventdemo.trace.record import Kind, Outage, Span

if TYPE_CHECKING:
    from types import FrameType

FOLLOWED = 100
"""How many emits get the lines of their waits. Later ones get their own line only: a walk up the stack is slow."""
Record = Emission | Delivery
"""A record of the bus that has a span, and may be the cause of other spans."""


@dataclass(eq=False)
class OpenSpan:
    """A span that the bus has no record of: a call to a service, or a delivery that another instance missed."""

    kind: Kind
    name: str
    instance: str
    cause: Record | None
    subject: str
    scheduled: float
    start: float | None = None
    end: float | None = None
    fate: Fate | None = None
    detail: str = ""
    lines: Lines = NO_LINES


class Recorder(Observer):
    """Records what happens on one instance: the records of the run's first `keep` emits, and spans that have no record.

    The bus's own records have the times, so it only keeps them. The recorders of a run share all but the instance.
    """

    def __init__(self, time: Callable[[], float], keep: int) -> None:
        self.time = time
        self.keep = keep
        self.instance = "A"
        self.kept: dict[Emission, tuple[str, object, str, CodeType | None, int]] = {}
        """The instance, user, emitter and line: the record of an emission lacks them, or may lose them."""
        self.followed: set[Emission] = set()
        self.waits: dict[Delivery, list[Line]] = {}
        """The lines at which a delivery of a followed emission waited."""
        self.records: list[Record] = []
        """In the order in which they were made."""
        self.listed: dict[Emission, int] = {}
        """How many deliveries of an emission are in that list."""
        self.others: list[OpenSpan] = []
        self.outages: list[Outage] = []
        self.calls = CallCounter()

    def for_instance(self, instance: str) -> "Recorder":
        """Return the recorder of another instance, or of one that was started again."""
        other = copy(self)
        other.instance = instance
        for index, outage in enumerate(self.outages):
            if outage.instance == instance and outage.end is None:
                self.outages[index] = outage.model_copy(update={"end": rounded(self.time())})
        return other

    def emitted(self, emission: Emission) -> None:
        """Keep an emission, its user and its emitter. The payload is read now, because a listener may change it."""
        if (earlier := len(self.kept)) < self.keep:
            if emission.parent is not None:
                self.dispatched(emission.parent.emission)
            self.kept[emission] = (self.instance, _user(emission), *emitter())
            if earlier < FOLLOWED:
                self.followed.add(emission)
            self.records.append(emission)

    def dispatched(self, emission: Emission) -> None:
        """List the deliveries made so far, because the emission is complete, or because one of them emits."""
        if emission in self.kept:
            listed, deliveries = self.listed.get(emission), emission.deliveries
            self.records += deliveries[listed:] if listed else deliveries
            self.listed[emission] = len(deliveries)

    def call_began(self, name: str, service: str) -> OpenSpan | None:
        """Count a call, and open its span if the running listener is recorded."""
        self.calls.began(service)
        delivery = current_delivery.get()
        if delivery is None or (kept := self.kept.get(delivery.emission)) is None:
            return None
        now = self.time()
        span = OpenSpan("call", name, self.instance, delivery, _subject(kept[1]), now, now, detail=service)
        self.others.append(span)
        return span

    def call_ended(self, span: OpenSpan | None, service: str, answer: str) -> None:
        """Count the end of a call, and close its span with the answer."""
        self.calls.ended(service, answer)
        if span is not None and span.end is None:
            span.detail = f"{span.detail} {answer}"
            span.end = self.time()

    def died(self) -> None:
        """Record the outage of this instance, and close its open calls."""
        now = self.time()
        self.outages.append(Outage(instance=self.instance, start=rounded(now), end=None))
        for span in self.others:
            if span.instance == self.instance and span.end is None:
                span.detail += " unheard"
                span.end = now

    def missed(self, instance: str, emission: Emission, listener: Callable[..., Any]) -> None:
        """Record a delivery that an instance missed, because the event was emitted on another one."""
        if emission in self.kept:
            now = self.time()
            about = instance, emission, _subject(_user(emission)), now, None, now, Fate.OTHER_INSTANCE
            lines = _lines(first_line(listener), now)
            self.others.append(OpenSpan("listener", listener_name(listener), *about, lines=lines))

    def note_wait(self) -> None:
        """Note the line at which the running listener may be about to wait."""
        delivery = current_delivery.get()
        if delivery is not None and delivery.emission in self.followed:
            frame = studied_frame(sys._getframe(2))  # noqa: SLF001 - inside are this method and the loop's
            lines = self.waits.setdefault(delivery, [])
            place = frame and (frame.f_code.co_filename, frame.f_lineno)
            if place and (not lines or place != (lines[-1].file, lines[-1].number)):
                lines.append(Line(*place, rounded(self.time())))

    def frozen(self) -> tuple[Span, ...]:
        """Return the spans in the order of their scheduled times, numbered from 1."""
        found = [(record, self._span_of(record)) for record in self.records]
        entries = sorted([*found, *((None, span) for span in self.others)], key=lambda entry: entry[1].scheduled)
        numbers = {record: number for number, (record, _) in enumerate(entries, 1)}
        return tuple(self._frozen(number, span, numbers) for number, (_, span) in enumerate(entries, 1))

    def _span_of(self, record: Record) -> OpenSpan:
        if isinstance(record, Emission):
            instance, user, emitter, code, offset = self.kept[record]
            start, end = record.emitted, record.returned
            fate = None if record.deliveries or end is None else Fate.NO_LISTENER
            about = instance, record.parent, _subject(user), start, start, end, fate, emitter
            span = OpenSpan("emit", str(record.name), *about)
            span.lines = _lines(code and place_of(code, offset), start)
            return span
        instance, user, *_ = self.kept[record.emission]
        times, ending = (record.due, record.started, record.ended), (record.fate, record.reason)
        name = record.subscription.name
        span = OpenSpan("listener", name, instance, record.emission, _subject(user), *times, *ending)
        span.lines = _lines(first_line(record.subscription.listener), record.due, *self.waits.get(record, ()))
        return span

    def _frozen(self, number: int, span: OpenSpan, numbers: dict[Record | None, int]) -> Span:
        scheduled = rounded(span.scheduled)
        return Span(
            id=number,
            kind=span.kind,
            name=span.name,
            cause=numbers.get(span.cause) if span.cause else None,
            instance=span.instance,
            subject=span.subject,
            scheduled=scheduled,
            start=scheduled if span.start == span.scheduled else span.start and rounded(span.start),
            end=rounded(self._end_of_life(span) if span.end is None else span.end),
            fate=span.fate,
            detail=span.detail,
            lines=span.lines,
        )

    def _end_of_life(self, span: OpenSpan) -> float:
        """Return when the instance of an open span died, or the present time if it did not."""
        deaths = (outage.start for outage in self.outages if outage.instance == span.instance)
        return next((death for death in deaths if death >= rounded(span.scheduled)), self.time())


def emitter() -> tuple[str, CodeType | None, int]:
    """Return the qualified name of the function that called the bus, and where it or a caller of it is studied.

    It is the innermost function outside of bus and recorder.
    """
    frame: FrameType | None = sys._getframe(4).f_back  # noqa: SLF001 - these are surely inside, and each frame costs time
    while frame is not None and _is_inside(module := frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    if frame is None:
        return "the interpreter", None, 0  # called by no Python code: atexit, a bare thread
    name = "a task" if module.startswith("asyncio") else frame.f_code.co_qualname
    studied = studied_frame(frame)
    return (name, studied.f_code, studied.f_lasti) if studied else (name, None, 0)


def _lines(first: Place | None, time: float, *waits: Line) -> Lines:
    return Lines((*([Line(*first, rounded(time))] if first else []), *waits))


@cache
def _is_inside(module: str) -> bool:
    return module.startswith(("eventdemo.core.", "pyee."))


def _user(emission: Emission) -> object:
    """Return the id of the user whom an event is about; None if it is about none."""
    payload = emission.args[0] if emission.args else None
    user = getattr(payload, "user_id", None)
    return payload.get("user_id") if user is None and isinstance(payload, Mapping) else user


def _subject(user: object) -> str:
    return "" if user is None else f"user {user}"
