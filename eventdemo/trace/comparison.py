"""Several traces side by side: a column for each strategy, a row for each question.

Data only. Each cell is text, marked best or worst where less is better; `comparison_table` and `html` show it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Check, Trace
from eventdemo.trace.units import duration

FEW = 2
"""With up to this many runs, a failed check shows what was found; with more, only the number in it."""
_NUMBER = re.compile(r"\d+")
Tone = Literal["best", "worst", ""]


@dataclass(frozen=True)
class Cell:
    """One strategy's answer to one question."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Row:
    """One question, and the answer of each strategy."""

    question: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Comparison:
    """What several strategies cost, under the same scenario."""

    title: str
    strategies: tuple[str, ...]
    rows: tuple[Row, ...]


def compare(traces: Sequence[Trace]) -> Comparison:
    """Compare traces. Rows without information, such as duplicates if no run has any, are omitted."""
    return Comparison(
        title="; ".join(dict.fromkeys(map(_title, traces))),
        strategies=tuple(one_line(trace.label) for trace in traces),
        rows=(*_checks(traces), *_measured(traces)),
    )


def _title(trace: Trace) -> str:
    users = f", {plural(trace.users, 'user')}, seed {trace.seed}" if trace.users else ""
    return one_line(trace.scenario) + users


def _checks(traces: Sequence[Trace]) -> Iterator[Row]:
    """Yield a row for each claim that was checked; a run in which it was not checked has an empty cell."""
    short = len(traces) > FEW
    for claim in dict.fromkeys(check.claim for trace in traces for check in trace.checks):
        found = (next((check for check in trace.checks if check.claim == claim), None) for trace in traces)
        yield Row(one_line(claim), tuple(_answer(check, short=short) for check in found))


def _answer(check: Check | None, *, short: bool) -> Cell:
    if check is None or check.holds:
        return Cell("yes", "best") if check else Cell("")
    number = _NUMBER.match(check.found)
    return Cell((f"no ({number[0]})" if number else "no") if short else f"no: {one_line(check.found)}", "worst")


@dataclass(frozen=True)
class _Question:
    """A question that a number answers."""

    text: str
    number: Callable[[Trace], float]
    write: Callable[[float], str] = "{:,.0f}".format
    marked: bool = True
    """Whether less is better, so that the smallest and the largest number are marked."""
    always: bool = True
    """Whether there is a row even if the answer is 0 everywhere."""

    def row(self, traces: Sequence[Trace]) -> Row:
        """Mark the smallest and the largest, unless they read the same."""
        numbers = [self.number(trace) for trace in traces]
        ends = {self.write(min(numbers)): "best", self.write(max(numbers)): "worst"} if numbers else {}
        tones: dict[str, Tone] = ends if self.marked and len(ends) > 1 else {}  # type: ignore[assignment]
        return Row(self.text, tuple(Cell(text, tones.get(text, "")) for text in map(self.write, numbers)))


_TIMES = (
    _Question("emit returned p50", lambda t: t.metrics.emit_returned_p50, duration),
    _Question("emit returned p95", lambda t: t.metrics.emit_returned_p95, duration),
    _Question("last listener finished", lambda t: t.metrics.last_listener_done, duration),
    _Question("longest block of the event loop", lambda t: t.metrics.longest_stall, duration),
)
_ENDS = (
    _Question("rate-limited (HTTP 429)", lambda t: t.metrics.throttled),
    _Question("deliveries", lambda t: t.deliveries, marked=False),
    _Question("failed, error reached the emitter", lambda t: t.ledger.get(Fate.FAILED_SEEN, 0)),
    _Question("failed, error logged only", lambda t: t.ledger.get(Fate.FAILED_LOGGED, 0)),
    _Question("failed, error lost", lambda t: t.ledger.get(Fate.FAILED_UNSEEN, 0)),
    _Question("dead-lettered", lambda t: t.ledger.get(Fate.DEAD_LETTERED, 0), always=False),
    _Question("accepted, still pending", lambda t: t.ledger.get(Fate.ACCEPTED, 0), marked=False, always=False),
    _Question("withdrawn (change rolled back)", lambda t: t.ledger.get(Fate.WITHDRAWN, 0), marked=False, always=False),
    _Question("lost", lambda t: t.count("lost")),
    _Question("delivered twice", lambda t: t.ledger.get(Fate.DUPLICATE, 0), always=False),
    _Question("finished out of order", lambda t: t.metrics.finished_out_of_order),
    _Question("started out of order", lambda t: t.metrics.started_out_of_order, always=False),
    _Question("every delivery accounted for", lambda t: not t.balanced, lambda n: "NO" if n else "yes"),
)


def _measured(traces: Sequence[Trace]) -> Iterator[Row]:
    """Yield the times, the load on each service, which is neither good nor bad, and how deliveries ended."""
    if not any(trace.emitted for trace in traces):
        return
    services = sorted({service for trace in traces for service in trace.metrics.peak_in_flight})
    for question in (*_TIMES, *map(_peak, services), *_ENDS):
        row = question.row(traces)
        if question.always or any(cell.text != "0" for cell in row.cells):
            yield row


def _peak(service: str) -> _Question:
    name = f"peak in flight: {one_line(service)}"
    return _Question(name, lambda trace: trace.metrics.peak_in_flight.get(service, 0), marked=False)
