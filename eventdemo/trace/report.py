"""What a run, or several side by side, say about themselves as text."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from eventdemo.core.wording import plural
from eventdemo.trace import sentences, text
from eventdemo.trace.excerpt import Excerpt, as_excerpt, representative_subject
from eventdemo.trace.naming import COLUMNS, one_line
from eventdemo.trace.record import Trace


def excerpts_of(traces: Sequence[Trace], subject: str = "") -> list[Excerpt]:
    """Reduce traces to one subject, such as `user 7`: the given one, or the one whose timelines differ most."""
    subject = subject or representative_subject(traces)
    return [as_excerpt(trace, subject) for trace in traces]


def report(trace: Trace, excerpts: Sequence[Excerpt]) -> str:
    parts = [ledger(trace) + "".join(f"\n{line}" for line in checks(trace))]
    if any(excerpt.spans for excerpt in excerpts):
        parts += [text.draw(excerpts).rstrip("\n"), wrapped(sentences.cost(trace))]
    return "\n\n".join(parts) + "\n"


def ledger(trace: Trace) -> str:
    """Return how many deliveries ended in which way, and whether all are accounted for."""
    if not trace.emitted:
        return "Nothing was emitted."
    lines = [f"{plural(trace.emitted, 'emit')}, {plural(trace.deliveries, 'delivery', 'deliveries')}"]
    lines += [f"{count:>7,}  {fate.value}: {fate.meaning}" for fate, count in trace.ledger.items()]
    return "\n".join([*lines, "Every delivery is accounted for." if trace.balanced else "THE LEDGER DOES NOT BALANCE."])


def checks(trace: Trace) -> Iterator[str]:
    """Yield whether each claim holds, and what was found if that says more."""
    for check in trace.checks:
        found = "" if check.found == check.claim else f": {one_line(check.found)}"
        yield f"{'✓' if check.holds else '✗'} {one_line(check.claim)}{found}"


def below_the_table(traces: Sequence[Trace], excerpts: Sequence[Excerpt]) -> str:
    """Return the timelines of a comparison, and a sentence about each run."""
    if not any(trace.emitted for trace in traces):
        found = "\n".join(dict.fromkeys(found for trace in traces for found in checks(trace)))
        return f"Nothing was emitted, so a strategy changes nothing.\n{found}"
    costs = "\n".join(wrapped(sentences.cost(trace)) for trace in traces)
    if not any(excerpt.spans for excerpt in excerpts):
        return costs  # there are no timelines
    return f"What happened to {excerpts[0].shows}\n\n{text.draw(excerpts)}\n{costs}"


def wrapped(sentence: str, indent: int = 4) -> str:
    return fill(sentence, COLUMNS, subsequent_indent=" " * indent, break_on_hyphens=False)
