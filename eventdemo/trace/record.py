"""The immutable record of a run: the emits, the deliveries, the calls to services, and the outcomes.

A trace is data: it converts to JSON and back, and equal runs have equal traces. Everything printed or drawn is a view
of it. Times are virtual seconds since the start of the run.
"""

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from eventdemo.core.fates import Fate
from eventdemo.trace.conditions import Conditions
from eventdemo.trace.lines import NO_LINES, Lines
from eventdemo.trace.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventdemo.trace.excerpt import Excerpt

Kind = Literal["emit", "listener", "call"]


class Frozen(BaseModel):
    """An immutable record that rejects unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """Something that took time: an emit, a listener, or a listener's call to a service."""

    id: int
    kind: Kind
    name: str
    """The event's name, the listener's, or `METHOD /path` of a call."""
    cause: int | None = None
    """The span that caused this one: the emit of a delivery, the listener of an emit or call."""
    instance: str = "A"
    subject: str = ""
    """What it is about, such as `user 7`; may be empty."""
    scheduled: float
    """When it became due; a task starts later if it has to wait."""
    start: float | None
    """When its first line ran; None if it never ran."""
    end: float
    """When the emit returned, or the listener or call ended."""
    fate: Fate | None = None
    """The outcome of a delivery; an emit has one only if the event had no listener."""
    detail: str = ""
    """The emitter, the exception, or the service and its answer: `oracle-fusion 429`."""
    lines: Lines = Field(default=NO_LINES, exclude=True)
    """Its lines in the program. They don't count in comparisons, and JSON omits them."""


class Stall(Frozen):
    """An interval in which a listener blocked the event loop."""

    start: float
    end: float


class Outage(Frozen):
    """An interval in which an instance was dead: it lost its running work and missed the broadcasts of the others."""

    instance: str
    start: float
    end: float | None
    """When it restarted; None if it never did."""


class Check(Frozen):
    """A claim that was checked at the end of a run."""

    claim: str
    """The expected state, as a sentence: `no topic stays subscribed`."""
    holds: bool
    found: str
    """The actual state: `3 topics stay subscribed`."""


class Metrics(Frozen):
    """The cost of a run. Times are in virtual seconds, quantiles within half a percent."""

    emit_returned_p50: float
    emit_returned_p95: float
    """How long one `emit` took to return."""
    last_listener_done: float
    longest_stall: float
    peak_in_flight: dict[str, int]
    """The most concurrent calls, by service."""
    calls: dict[str, int]
    """The number of calls, by service."""
    throttled: int
    """Rate-limited calls (429 Too Many Requests)."""
    finished_out_of_order: int
    """Deliveries that finished after a later delivery to the same listener."""
    started_out_of_order: int
    """Deliveries that started before one of the same event whose listener was registered earlier."""


class Trace(Shown, Frozen):
    """One run of one scenario under one strategy. `print(trace)` shows it."""

    scenario: str
    strategy: str
    variant: str = ""
    """The version of the code, if the scenario has several: `broken`, `repaired`."""
    seed: int
    users: int
    emitted: int
    deliveries: int
    ledger: dict[Fate, int]
    balanced: bool
    metrics: Metrics
    spans: tuple[Span, ...] = ()
    """Only of the first emits, if there were more than a picture can show: see `spans_of_emits`."""
    spans_of_emits: int = 0
    """How many of the `emitted` events have spans here."""
    stalls: tuple[Stall, ...] = ()
    outages: tuple[Outage, ...] = ()
    checks: tuple[Check, ...] = ()
    conditions: Conditions = Conditions()

    @property
    def label(self) -> str:
        """The name of this run in a comparison: its variant, its strategy and its repairs."""
        parts = [self.variant, self.strategy if self.strategy != "awaited" else "", *self.conditions.repairs]
        return ", ".join(filter(None, parts)) or self.strategy

    def count(self, verdict: str) -> int:
        """Count the deliveries whose fate has this verdict: ok, failed, lost or extra."""
        return sum(number for fate, number in self.ledger.items() if fate.verdict == verdict)

    @property
    def is_clean(self) -> bool:
        """Whether all deliveries are accounted for, none failed, was lost or started early, and all checks hold."""
        kept = self.balanced and all(check.holds for check in self.checks)
        return kept and not (self.count("failed") or self.count("lost") or self.metrics.started_out_of_order)

    def excerpts(self) -> "Sequence[Excerpt]":
        """Return the part that the timeline shows: everything about one subject, or the first emits."""
        from eventdemo.trace.report import excerpts_of  # noqa: PLC0415 - the views import this module

        return excerpts_of([self])

    def report(self) -> str:
        """Return the ledger, the checks, the timeline and the cost as text."""
        from eventdemo.trace.report import report  # noqa: PLC0415

        return report(self, self.excerpts())

    def children(self, span: Span) -> tuple[Span, ...]:
        """Return the spans that began during `span`, in order."""
        return tuple(other for other in self.spans if other.cause == span.id)


class Runs(Shown, tuple[Trace, ...]):
    """The traces of one program under several strategies."""

    __slots__ = ()

    @property
    def ledger(self) -> dict[str, dict[Fate, int]]:
        """How many deliveries ended in which way, by the name of the run."""
        return {trace.label: trace.ledger for trace in self}

    def excerpts(self) -> "Sequence[Excerpt]":
        from eventdemo.trace.report import excerpts_of  # noqa: PLC0415

        return excerpts_of(self)

    def report(self) -> str:
        from eventdemo.trace.comparison import compare  # noqa: PLC0415
        from eventdemo.trace.comparison_table import plain  # noqa: PLC0415
        from eventdemo.trace.report import below_the_table  # noqa: PLC0415

        return f"{plain(compare(self))}\n{below_the_table(self, self.excerpts())}\n"

    def page(self) -> str:
        from eventdemo.trace.html import page  # noqa: PLC0415

        return page(self, command=f"eventdemo compare {self[0].scenario}" if self else "")
