"""Several traces side by side: a column for each strategy, a row for each question.

Data only. Each cell is text, marked best or worst where less is better; `comparison_table` and `html` show it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.trace.naming import one_line
from eventdemo.trace.record import Trace
from eventdemo.trace.units import count, duration

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
        title=_title(traces),
        strategies=tuple(one_line(trace.label) for trace in traces),
        rows=(*_checks(traces), *_times(traces), *_load(traces), *_ends(traces), *_order(traces)),
    )


def _title(traces: Sequence[Trace]) -> str:
    runs = dict.fromkeys(f"{one_line(t.scenario)}, {plural(t.users, 'user')}, seed {t.seed}" for t in traces)
    return "; ".join(runs)


def _checks(traces: Sequence[Trace]) -> list[Row]:
    """Return a row for each claim that was checked; a run in which it was not checked has an empty cell.

    If several claims hold in every run, they share one row.
    """
    claims = list(dict.fromkeys(check.claim for trace in traces for check in trace.checks))
    short = len(traces) > FEW
    answers = {claim: [_answer(claim, trace, short=short) for trace in traces] for claim in claims}
    sound = [claim for claim in claims if all(cell.tone == "best" for cell in answers[claim])]
    listed = [claim for claim in claims if claim not in sound or len(sound) == 1]
    rows = [Row(one_line(claim), tuple(answers[claim])) for claim in listed]
    if len(sound) > 1:
        all_of_them = "both" if len(sound) == 2 else f"all {len(sound)}"  # noqa: PLR2004 - which is what both means
        which = f"the other {len(sound)}" if listed else all_of_them
        rows.append(Row(f"{which} checks hold", tuple(Cell("yes") for _ in traces)))
    return rows


def _answer(claim: str, trace: Trace, *, short: bool) -> Cell:
    check = next((check for check in trace.checks if check.claim == claim), None)
    if check is None:
        return Cell("")
    if check.holds:
        return Cell("yes", "best")
    number = _NUMBER.match(check.found)
    return Cell((f"no ({number[0]})" if number else "no") if short else f"no: {one_line(check.found)}", "worst")


def _times(traces: Sequence[Trace]) -> list[Row]:
    return [
        _less_is_better("emit returned p50", traces, lambda t: t.metrics.emit_returned_p50, duration),
        _less_is_better("emit returned p95", traces, lambda t: t.metrics.emit_returned_p95, duration),
        _less_is_better("last listener finished", traces, lambda t: t.metrics.last_listener_done, duration),
        _less_is_better("longest block of the event loop", traces, lambda t: t.metrics.longest_stall, duration),
    ]


def _load(traces: Sequence[Trace]) -> list[Row]:
    """Return the load on each service. More is faster but harder on the service, so no cell is best or worst."""
    services = sorted({service for trace in traces for service in trace.metrics.peak_in_flight})
    return [
        *(_plain(f"peak in flight: {one_line(service)}", traces, partial(_peak, service)) for service in services),
        _less_is_better("rate-limited (HTTP 429)", traces, lambda t: t.metrics.throttled, _whole),
    ]


def _peak(service: str, trace: Trace) -> str:
    return count(trace.metrics.peak_in_flight.get(service, 0))


def _ends(traces: Sequence[Trace]) -> list[Row]:
    return [
        _plain("deliveries", traces, lambda t: count(t.deliveries)),
        _fate("failed, error reached the emitter", traces, Fate.FAILED_SEEN),
        _fate("failed, error logged only", traces, Fate.FAILED_LOGGED),
        _fate("failed, error lost", traces, Fate.FAILED_UNSEEN),
        *_if_any(_fate("dead-lettered", traces, Fate.DEAD_LETTERED)),
        *_if_any(_plain("accepted, still pending", traces, lambda t: count(t.ledger.get(Fate.ACCEPTED, 0)))),
        *_if_any(_plain("withdrawn (change rolled back)", traces, lambda t: count(t.ledger.get(Fate.WITHDRAWN, 0)))),
        _less_is_better("lost", traces, lambda t: t.count("lost"), _whole),
        *_if_any(_fate("delivered twice", traces, Fate.DUPLICATE)),
    ]


def _order(traces: Sequence[Trace]) -> list[Row]:
    return [
        _less_is_better("finished out of order", traces, lambda t: t.metrics.finished_out_of_order, _whole),
        *_if_any(_less_is_better("started out of order", traces, lambda t: t.metrics.started_out_of_order, _whole)),
        _less_is_better(
            "every delivery accounted for", traces, lambda t: not t.balanced, lambda n: "NO" if n else "yes"
        ),
    ]


def _plain(question: str, traces: Sequence[Trace], answer: Callable[[Trace], str]) -> Row:
    return Row(question, tuple(Cell(answer(trace)) for trace in traces))


def _fate(question: str, traces: Sequence[Trace], fate: Fate) -> Row:
    return _less_is_better(question, traces, lambda trace: trace.ledger.get(fate, 0), _whole)


def _less_is_better(
    question: str, traces: Sequence[Trace], value: Callable[[Trace], float], write: Callable[[float], str]
) -> Row:
    """Mark the smallest and the largest, unless they read the same."""
    values = [value(trace) for trace in traces]
    ends = {write(min(values)): "best", write(max(values)): "worst"} if values else {}
    tones: dict[str, Tone] = ends if len(ends) > 1 else {}  # type: ignore[assignment]
    return Row(question, tuple(Cell(write(v), tones.get(write(v), "")) for v in values))


def _if_any(row: Row) -> list[Row]:
    return [row] if any(cell.text != "0" for cell in row.cells) else []


def _whole(number: float) -> str:
    return f"{number:,.0f}"
