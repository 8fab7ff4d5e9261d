"""The frozen history of one run: what was emitted, who ran when, which calls were made, and how it ended.

A trace is data: JSON in and out, equal when the runs were equal. Everything that is printed or drawn is a view of it.
Times are virtual seconds since the start of the run.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from eventdemo.core.fates import Fate
from eventdemo.trace.conditions import Conditions

Kind = Literal["emit", "listener", "call"]


class Frozen(BaseModel):
    """A record that cannot be changed and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """Something that took time: an emit, a listener, or a listener's call to a service."""

    id: int
    kind: Kind
    name: str
    """The event's name, the listener's, or `METHOD /path` of a call."""
    cause: int | None = None
    """The span during which this began: a listener's emit, an emit's listener, a call's listener."""
    instance: str = "A"
    subject: str = ""
    """Whom it is about, `user 7`; empty if about nobody in particular."""
    scheduled: float
    """When it became due; a task that waits for its turn starts later."""
    start: float | None
    """When its first line ran; None if it never did."""
    end: float
    """When an emit returned, a listener or a call ended."""
    fate: Fate | None = None
    """How a listener ended; of emits, only those that nobody heard have one."""
    detail: str = ""
    """Who emitted, what was raised, or the service and its answer: `oracle-fusion 429`."""


class Stall(Frozen):
    """A time in which the loop could run nothing else, because a listener blocked it."""

    start: float
    end: float


class Outage(Frozen):
    """A time in which an instance was dead: what it was doing is lost, and what others told each other it missed."""

    instance: str
    start: float
    end: float | None
    """When it was started again; None if it never was."""


class Check(Frozen):
    """A claim that was held against the end of a run."""

    claim: str
    """What should be true, as a sentence: `no topic stays subscribed`."""
    holds: bool
    found: str
    """What was found, in the domain's words: `3 topics stay subscribed`."""


class Metrics(Frozen):
    """What a run cost. Times in virtual seconds, quantiles within half a percent."""

    emit_returned_p50: float
    emit_returned_p95: float
    """How long the emitting code was held up by one `emit`."""
    last_listener_done: float
    longest_stall: float
    peak_in_flight: dict[str, int]
    """Most calls under way at once, by service."""
    calls: dict[str, int]
    """Calls made, by service."""
    throttled: int
    """Calls answered with 429 Too Many Requests."""
    overtaken: int
    """Deliveries that ended after a later event of the same listener had ended."""
    late_starts: int
    """Deliveries that started before one that was registered ahead of them for the same event: a broken promise."""


class Trace(Frozen):
    """One run of one scenario under one strategy."""

    scenario: str
    strategy: str
    variant: str = ""
    """Which version of the code ran, where a scenario has several: `broken`, `repaired`."""
    seed: int
    users: int
    emitted: int
    deliveries: int
    ledger: dict[Fate, int]
    balanced: bool
    metrics: Metrics
    spans: tuple[Span, ...] = ()
    """Of the first emits only, if there were more than a picture can show: see `spans_of_emits`."""
    spans_of_emits: int = 0
    """How many of the `emitted` events have their spans here."""
    stalls: tuple[Stall, ...] = ()
    outages: tuple[Outage, ...] = ()
    checks: tuple[Check, ...] = ()
    conditions: Conditions = Conditions()

    @property
    def label(self) -> str:
        """What sets this run apart from the ones beside it: its variant and its repairs if it has any, its strategy."""
        told = [self.variant, self.strategy if self.strategy != "awaited" else "", *self.conditions.repairs]
        return ", ".join(filter(None, told)) or self.strategy

    def count(self, verdict: str) -> int:
        """Return how many deliveries ended in a fate of this verdict: ok, failed, lost or extra."""
        return sum(number for fate, number in self.ledger.items() if fate.verdict == verdict)

    @property
    def kept_every_promise(self) -> bool:
        """Whether nothing failed or was lost, books balance, checks hold and starts came in registration order."""
        kept = self.balanced and all(check.holds for check in self.checks)
        return kept and not (self.count("failed") or self.count("lost") or self.metrics.late_starts)

    def children(self, span: Span) -> tuple[Span, ...]:
        """Return the spans that began during `span`, in order."""
        return tuple(other for other in self.spans if other.cause == span.id)
