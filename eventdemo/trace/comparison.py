"""Several traces side by side as rows: strategies are the columns, what they cost the rows.

Data only, with each cell in words and marked best or worst where one end is better; `table` and `html` show it.
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
"""Runs beside which there is room to say what was found; beside more, its number has to do."""
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
    """Put traces side by side. Rows that would say nothing, such as duplicates where there are none, are left out."""
    return Comparison(
        title=_title(traces),
        strategies=tuple(one_line(trace.label) for trace in traces),
        rows=(*_checks(traces), *_times(traces), *_load(traces), *_ends(traces), *_order(traces)),
    )


def _title(traces: Sequence[Trace]) -> str:
    runs = dict.fromkeys(f"{one_line(t.scenario)}, {plural(t.users, 'user')}, seed {t.seed}" for t in traces)
    return "; ".join(runs)


def _checks(traces: Sequence[Trace]) -> list[Row]:
    """Return a row for each claim that was held against the ends; a run that it was not held against has no answer.

    Several claims that hold everywhere share a row.
    """
    claims = list(dict.fromkeys(check.claim for trace in traces for check in trace.checks))
    short = len(traces) > FEW
    answers = {claim: [_answer(claim, trace, short=short) for trace in traces] for claim in claims}
    sound = [claim for claim in claims if all(cell.tone == "best" for cell in answers[claim])]
    told = [claim for claim in claims if claim not in sound or len(sound) == 1]
    rows = [Row(one_line(claim), tuple(answers[claim])) for claim in told]
    if len(sound) > 1:
        all_of_them = "both" if len(sound) == 2 else f"all {len(sound)}"  # noqa: PLR2004 - which is what both means
        which = f"the other {len(sound)}" if told else all_of_them
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
        _less_is_better("last listener done", traces, lambda t: t.metrics.last_listener_done, duration),
        _less_is_better("longest stall of the loop", traces, lambda t: t.metrics.longest_stall, duration),
    ]


def _load(traces: Sequence[Trace]) -> list[Row]:
    """Return the load on each service: more is faster for us and harder on them, so neither end is better."""
    services = sorted({service for trace in traces for service in trace.metrics.peak_in_flight})
    return [
        *(_plain(f"peak in flight: {one_line(service)}", traces, partial(_peak, service)) for service in services),
        _less_is_better("answered 429", traces, lambda t: t.metrics.throttled, _whole),
    ]


def _peak(service: str, trace: Trace) -> str:
    return count(trace.metrics.peak_in_flight.get(service, 0))


def _ends(traces: Sequence[Trace]) -> list[Row]:
    return [
        _plain("deliveries", traces, lambda t: count(t.deliveries)),
        _fate("failed, emitter told", traces, Fate.FAILED_SEEN),
        _fate("failed, only logged", traces, Fate.FAILED_LOGGED),
        _fate("failed, nobody told", traces, Fate.FAILED_UNSEEN),
        *_if_any(_fate("failed, dead-lettered", traces, Fate.DEAD_LETTERED)),
        *_if_any(_plain("accepted, not done yet", traces, lambda t: count(t.ledger.get(Fate.ACCEPTED, 0)))),
        *_if_any(_plain("withdrawn with its change", traces, lambda t: count(t.ledger.get(Fate.WITHDRAWN, 0)))),
        _less_is_better("lost", traces, lambda t: t.count("lost"), _whole),
        *_if_any(_fate("came twice", traces, Fate.DUPLICATE)),
    ]


def _order(traces: Sequence[Trace]) -> list[Row]:
    started_late = _less_is_better("started out of turn", traces, lambda t: t.metrics.late_starts, _whole)
    return [
        _less_is_better(
            "order kept", traces, lambda t: t.metrics.overtaken, lambda n: f"no ({n:,.0f})" if n else "yes"
        ),
        *_if_any(started_late),
        _less_is_better("books balance", traces, lambda t: not t.balanced, lambda broken: "NO" if broken else "yes"),
    ]


def _plain(question: str, traces: Sequence[Trace], said: Callable[[Trace], str]) -> Row:
    return Row(question, tuple(Cell(said(trace)) for trace in traces))


def _fate(question: str, traces: Sequence[Trace], fate: Fate) -> Row:
    return _less_is_better(question, traces, lambda trace: trace.ledger.get(fate, 0), _whole)


def _less_is_better(
    question: str, traces: Sequence[Trace], value: Callable[[Trace], float], say: Callable[[float], str]
) -> Row:
    """Mark the smallest and the largest, unless they read the same."""
    values = [value(trace) for trace in traces]
    ends = {say(min(values)): "best", say(max(values)): "worst"} if values else {}
    tones: dict[str, Tone] = ends if len(ends) > 1 else {}  # type: ignore[assignment]
    return Row(question, tuple(Cell(say(v), tones.get(say(v), "")) for v in values))


def _if_any(row: Row) -> list[Row]:
    return [row] if any(cell.text != "0" for cell in row.cells) else []


def _whole(number: float) -> str:
    return f"{number:,.0f}"
