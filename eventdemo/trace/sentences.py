"""What a strategy costs, in one sentence, and how it compares with another; and the marks of a picture in words.

The sentences follow from a trace's numbers. They state a cause only if the spans prove it, otherwise two facts.
"""

from collections import Counter
from collections.abc import Iterator

from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.trace.lanes import Bar
from eventdemo.trace.naming import answer_of, clipped, one_line, service_name, service_of
from eventdemo.trace.record import Trace
from eventdemo.trace.segments import Activity, Segment
from eventdemo.trace.units import duration, times, to_micros, when

_ERRORS = {
    Fate.FAILED_SEEN: "the emitter received {}",
    Fate.FAILED_LOGGED: "only the log has {}",
    Fate.FAILED_UNSEEN: "the emitter never saw {}",
}
_IMMEDIATELY = duration(0)
_FEW = 2
_MAX_ERROR_LENGTH = 90
"""The characters kept of an error's text."""
_NOTABLE = 1.05
"""A smaller ratio counts as no difference, because quantiles are exact to half a percent only."""


def cost(trace: Trace) -> str:
    clauses = "; ".join([_emits(trace) + _fates(trace), *_consequences(trace)])
    return f"{one_line(trace.label)}: {clauses}."


def against(trace: Trace, other: Trace) -> str:
    """Compare this strategy with another one of the same scenario, in one sentence."""
    differences = [
        *_sooner("the median emit returned", trace.metrics.emit_returned_p50, other.metrics.emit_returned_p50),
        *_sooner("all listeners were done", trace.metrics.last_listener_done, other.metrics.last_listener_done),
        *_more("failed", trace.count("failed") - other.count("failed")),
        *_more("lost", trace.count("lost") - other.count("lost")),
    ]
    difference = ", ".join(differences) or "no difference in durations, failures or losses"
    return f"{one_line(trace.label)} against {one_line(other.label)}: {difference}."


def _emits(trace: Trace) -> str:
    """Describe how long emit took: exactly only if the trace has the span of every emit."""
    if not trace.emitted:
        return "nothing was emitted"
    held = [span.end - span.scheduled for span in trace.spans if span.kind == "emit"]
    if trace.spans_of_emits == trace.emitted == len(held) and duration(min(held)) == duration(max(held)):
        return f"emit returned {when(max(held))}"
    half, most = duration(trace.metrics.emit_returned_p50), duration(trace.metrics.emit_returned_p95)
    first = "immediately" if half == _IMMEDIATELY else f"within {half}"
    if half == most:
        return f"95 % of the emits returned {first}"
    return f"half of the emits returned {first}, 95 % within {most}"


def _fates(trace: Trace) -> str:
    if not trace.deliveries:
        return ""
    failed, lost = trace.count("failed"), trace.count("lost")
    if trace.ledger.get(Fate.DONE, 0) == trace.deliveries:
        every = "the one delivery was" if trace.deliveries == 1 else f"all {trace.deliveries:,} deliveries were"
        return f", and {every} done by {duration(trace.metrics.last_listener_done)}"
    if not (failed or lost):
        return ", and no delivery failed or was lost"
    of_all = f" of {plural(trace.deliveries, 'delivery', 'deliveries')}"
    if not failed:
        return f", but {lost:,}{of_all} {_were('lost', lost)}"
    also_lost = f"; {lost:,} {_were('lost', lost)}" if lost else ""
    return f", but {failed:,}{of_all} failed{_because(trace)}{also_lost}"


def _because(trace: Trace) -> str:
    """Name the services that rate-limited calls: as the cause if every failed delivery ended with such a call."""
    if not trace.metrics.throttled:
        return ""
    limited = [span for span in trace.spans if span.kind == "call" and answer_of(span) == "429"]
    if len(limited) != trace.metrics.throttled:
        return f", and services rate-limited {plural(trace.metrics.throttled, 'call')} (HTTP 429)"
    failed = {(span.id, span.end) for span in trace.spans if span.fate and span.fate.verdict == "failed"}
    all_here = 0 < len(failed) == trace.count("failed")
    proven = all_here and failed <= {(call.cause, call.end) for call in limited}
    limits = (
        f"{service_name(name)} rate-limited {plural(number, 'call')} (HTTP 429)"
        for name, number in sorted(Counter(map(service_of, limited)).items())
    )
    return (", because " if proven else ", and ") + " and ".join(limits)


def _consequences(trace: Trace) -> Iterator[str]:
    if trace.metrics.longest_stall > 0:
        yield f"a listener blocked the event loop for up to {duration(trace.metrics.longest_stall)}"
    yield from _deaths(trace)
    yield from _errors(trace)
    for fate in Fate:
        if fate.verdict in {"lost", "extra"} and (number := trace.ledger.get(fate, 0)):
            yield f"{number:,} {fate.value} ({fate.meaning})"
    if trace.metrics.finished_out_of_order:
        yield f"{plural(trace.metrics.finished_out_of_order, 'delivery', 'deliveries')} finished out of order"
    for check in trace.checks:
        if not check.holds:
            yield f"at the end, {one_line(check.found)}"
    if not trace.balanced:
        yield "the ledger does not account for every delivery"


def _errors(trace: Trace) -> Iterator[str]:
    for fate, received in _ERRORS.items():
        if number := trace.ledger.get(fate, 0):
            errors = "the error" if number == 1 else "the errors"
            yield received.format(errors if number == trace.count("failed") else f"{number:,} of the errors")
    if number := trace.ledger.get(Fate.DEAD_LETTERED, 0):
        yield f"{number:,} {_were('dead-lettered', number)} and can be retried"


def _deaths(trace: Trace) -> Iterator[str]:
    """List when instances were killed; of many kills, only the number."""
    if len(trace.outages) > _FEW:
        yield f"instances were killed {len(trace.outages):,} times"
        return
    if not trace.conditions.kill_rate:  # otherwise a planned crash may find its instance already dead
        died = {(outage.instance, to_micros(outage.start)) for outage in trace.outages}
        for crash in trace.conditions.crashes:
            if (crash.instance, to_micros(crash.at)) not in died:
                yield f"the run ended before {crash.instance} would have been killed at {duration(crash.at)}"
    for outage in trace.outages:
        back = "" if outage.end is None else f" and restarted at {duration(outage.end)}"
        yield f"{one_line(outage.instance)} was killed at {duration(outage.start)}{back}"


def _sooner(what: str, ours: float, theirs: float) -> Iterator[str]:
    if duration(ours) == duration(theirs):
        return
    if _IMMEDIATELY in (duration(ours), duration(theirs)):
        yield f"{what} {when(ours)} instead of {when(theirs)}"
        return
    ratio = max(ours, theirs) / min(ours, theirs)
    if ratio >= _NOTABLE:
        word = "faster" if ours < theirs else "slower"
        yield f"{what} {times(ratio)} {word} ({duration(ours)} instead of {duration(theirs)})"


def _more(verb: str, difference: int) -> Iterator[str]:
    if difference:
        word, number = "more" if difference > 0 else "fewer", abs(difference)
        ended = verb if verb == "failed" else _were(verb, number)
        yield f"{plural(number, f'{word} delivery', f'{word} deliveries')} {ended}"


def _were(verb: str, number: int) -> str:
    return f"was {verb}" if number == 1 else f"were {verb}"


def describe(bar: Bar) -> str:
    """Describe a bar: the emitter or listener, the times, the outcome."""
    span = bar.span
    about = f" for {one_line(span.subject)}" if span.subject else ""
    if span.kind == "emit":
        by = f"{one_line(span.detail)} emitted" if span.detail else "emitted"
        ending = f": {bar.fate.meaning}" if bar.fate else ""
        held = f"emit returned {when(span.end - span.scheduled)}"
        returned = "the instance died before emit returned" if bar.died else held
        return f"{by} {one_line(span.name)}{about} at {duration(span.scheduled)}; {returned}{ending}."
    ran = f"never started, lost at {duration(span.end)}"
    if span.start is not None:
        ran = f"started {when(span.start - span.scheduled)}, ended at {duration(span.end)}"
    ending = f"{bar.fate.value}: {bar.fate.meaning}" if bar.fate else "still running"
    raised = f" ({clipped(span.detail, _MAX_ERROR_LENGTH)})" if span.detail else ""
    return f"{one_line(span.name)}{about}: due at {duration(span.scheduled)}, {ran}; {ending}{raised}."


def describe_segment(segment: Segment) -> str:
    """Describe one segment of a bar."""
    long = duration((segment.end - segment.start) / 1e6)
    if segment.call is None:
        return f"{long} · {segment.activity.value}"
    verb = "waited for" if segment.activity is Activity.WAITING else "blocked the event loop with"
    return f"{long} · {verb} {one_line(segment.call.name)}: {one_line(segment.call.detail)}"
