"""Records the spans of a run: emits and listeners as the bus reports them, calls as the transport does.

Only the spans of the first emits are kept, because a reader cannot look at those of a million.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from eventdemo.core.delivery import Delivery, Emission, Observer, current_delivery
from eventdemo.core.fates import Fate, LostError
from eventdemo.core.ledger import fate_of
from eventdemo.simulate.metrics import rounded
from eventdemo.trace.record import Kind, Outage, Span

if TYPE_CHECKING:
    from types import FrameType

Key = Emission | Delivery
"""What a span is about, if other spans may be caused by it."""


class OpenSpan:
    """A span that may not have ended yet. Defaults are on the class: many are made, and few differ in all."""

    detail = ""
    start: float | None = None
    end: float | None = None
    fate: Fate | None = None

    def __init__(self, recorder: "Recorder", kind: Kind, name: str, cause: Key | None, subject: str) -> None:
        self.kind = kind
        self.name = name
        self.instance = recorder.instance
        self.cause = cause
        self.subject = subject
        self.scheduled = recorder.time()


class SpanBuffer:
    """What all recorders of a run share: the spans of its first `keep` emits."""

    def __init__(self, time: Callable[[], float], keep: int) -> None:
        self.time = time
        self.keep = keep
        self.emits = 0
        self.spans: dict[Key, OpenSpan] = {}
        self.outages: list[Outage] = []
        self.others: list[OpenSpan] = []
        """Spans without children: calls, and deliveries that never started."""

    @property
    def emits_kept(self) -> int:
        """How many emits have recorded spans."""
        return min(self.emits, self.keep)

    def back(self, instance: str) -> None:
        """Record that an instance restarted."""
        for index, outage in enumerate(self.outages):
            if outage.instance == instance and outage.end is None:
                self.outages[index] = outage.model_copy(update={"end": rounded(self.time())})

    def frozen(self) -> tuple[Span, ...]:
        """Return the spans in the order of their scheduled times, numbered from 1."""
        found: list[tuple[Key | None, OpenSpan]] = [*self.spans.items(), *((None, span) for span in self.others)]
        found.sort(key=lambda entry: entry[1].scheduled)
        numbers = {key: number for number, (key, _) in enumerate(found, 1) if key is not None}
        return tuple(self._frozen(number, span, numbers) for number, (_, span) in enumerate(found, 1))

    def _frozen(self, number: int, span: OpenSpan, numbers: dict[Key, int]) -> Span:
        return Span(
            id=number,
            kind=span.kind,
            name=span.name,
            cause=numbers.get(span.cause) if span.cause else None,
            instance=span.instance,
            subject=span.subject,
            scheduled=rounded(span.scheduled),
            start=None if span.start is None else rounded(span.start),
            end=rounded(self.time() if span.end is None else span.end),
            fate=span.fate,
            detail=span.detail,
        )


class Recorder(Observer):
    """Records what happens on one instance."""

    def __init__(
        self, time: Callable[[], float], *, keep: int, instance: str = "A", buffer: SpanBuffer | None = None
    ) -> None:
        self.time = time
        self.instance = instance
        self._buffer = buffer or SpanBuffer(time, keep)
        self._spans = self._buffer.spans

        self._buffer.back(instance)

    def for_instance(self, instance: str) -> "Recorder":
        """Return one that records another instance, or one that was started again, on the same span buffer."""
        return Recorder(self.time, keep=self._buffer.keep, instance=instance, buffer=self._buffer)

    @property
    def emits_kept(self) -> int:
        """How many emits have recorded spans."""
        return self._buffer.emits_kept

    @property
    def outages(self) -> tuple[Outage, ...]:
        """The times in which an instance was dead."""
        return tuple(self._buffer.outages)

    def emitted(self, emission: Emission) -> None:
        """Open the span of an emit."""
        self._buffer.emits += 1
        if self._buffer.emits > self._buffer.keep:
            return
        span = OpenSpan(self, "emit", str(emission.name), emission.parent, _subject(emission.args))
        span.start = span.scheduled
        span.detail = emitter_name()
        self._spans[emission] = span

    def returned(self, emission: Emission) -> None:
        """Close the span of an emit."""
        if (span := self._spans.get(emission)) is not None:
            span.end = self.time()
            span.fate = None if emission.deliveries else Fate.NO_LISTENER

    def delivered(self, delivery: Delivery) -> None:
        """Open the span of a delivery: due now, not yet started."""
        emission = delivery.emission
        if (emitted := self._spans.get(emission)) is not None:
            # the subject as it was emitted: a listener may have changed the payload
            self._spans[delivery] = OpenSpan(self, "listener", delivery.subscription.name, emission, emitted.subject)

    def started(self, delivery: Delivery) -> None:
        """Record when the listener's first line ran."""
        if (span := self._spans.get(delivery)) is not None:
            span.start = self.time()

    def ended(self, delivery: Delivery, error: BaseException | None) -> None:
        """Close the span of a delivery, with its fate."""
        if (span := self._spans.get(delivery)) is not None:
            span.end, span.fate = self.time(), fate_of(delivery, error)
            if error is not None:
                span.detail = _describe(error)

    def skipped(self, delivery: Delivery) -> None:
        """Close the span of a delivery that never began."""
        if (span := self._spans.get(delivery)) is not None:
            span.end, span.fate = self.time(), Fate.SKIPPED

    def call_began(self, name: str, service: str) -> OpenSpan | None:
        """Open the span of a call made by the running listener; None if it is not recorded."""
        delivery = current_delivery.get()
        if delivery is None or delivery.emission not in self._spans:
            return None
        span = OpenSpan(self, "call", name, delivery, _subject(delivery.emission.args))
        span.start, span.detail = span.scheduled, service
        self._buffer.others.append(span)
        return span

    def call_ended(self, span: OpenSpan | None, answer: str) -> None:
        """Close the span of a call, with the answer."""
        if span is not None and span.end is None:
            span.detail = f"{span.detail} {answer}"
            span.end = self.time()

    def died(self) -> None:
        """Record the outage of this instance, and close its open calls and emits.

        The fates of its deliveries are recorded one by one.
        """
        self._buffer.outages.append(Outage(instance=self.instance, start=rounded(self.time()), end=None))
        for span in (*self._spans.values(), *self._buffer.others):
            if span.instance == self.instance and span.end is None:
                if span.kind == "call":
                    span.detail += " unheard"
                span.end = self.time()

    def missed(self, emission: Emission, listener: str) -> None:
        """Record a delivery that this instance missed, because the event was emitted on another one."""
        if emission in self._spans:
            span = OpenSpan(self, "listener", listener, emission, _subject(emission.args))
            span.end, span.fate = self.time(), Fate.OTHER_INSTANCE
            self._buffer.others.append(span)

    def spans(self) -> tuple[Span, ...]:
        """Return the spans of all instances."""
        return self._buffer.frozen()


def emitter_name() -> str:
    """Return the qualified name of the function that called the bus: the innermost outside of bus and recorder."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - CPython's, and cheap; inspect.stack() reads source files
    while frame is not None and _is_inside(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    if frame is None:
        return "the interpreter"  # called by no Python code: atexit, a bare thread
    return "a task" if frame.f_globals.get("__name__", "").startswith("asyncio") else frame.f_code.co_qualname


@cache
def _is_inside(module: str) -> bool:
    return module.startswith(("eventdemo.core.", "pyee.", __name__))


def _describe(error: BaseException) -> str:
    """Describe an error; for a lost delivery, which raised nothing, only what its fate does not say."""
    if isinstance(error, LostError):
        return "" if str(error) == error.fate.meaning else str(error)
    return f"{type(error).__name__}: {error}"


def _subject(args: tuple[Any, ...]) -> str:
    payload = args[0] if args else None
    user_id = getattr(payload, "user_id", None)
    if user_id is None and isinstance(payload, Mapping):
        user_id = payload.get("user_id")
    return "" if user_id is None else f"user {user_id}"
