"""A comparison as one self-contained page without requests to other hosts, for light and dark, phone and desktop."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from eventdemo.core.fates import Fate
from eventdemo.trace import sentences
from eventdemo.trace.comparison import Comparison, compare
from eventdemo.trace.excerpt import MAX_EMITS, Excerpt, as_excerpt, representative_subject, subjects
from eventdemo.trace.live import embedded, module, picture_data
from eventdemo.trace.record import Trace
from eventdemo.trace.svg import draw
from eventdemo.trace.svg.elements import escaped
from eventdemo.trace.svg.theme import DARK, LIGHT, variables

WIDE, NARROW = 1040, 366
MAX_OTHERS = 4
STYLE = (
    f":root {{ color-scheme: light dark; --page: #f6f8fa; {variables(LIGHT)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ --page: #010409; {variables(DARK)} }} }}\n"
    + Path(__file__).with_name("page.css").read_text("utf-8")
)
"""The CSS of the page, which also defines the colours of the pictures."""


def page(traces: Sequence[Trace], *, command: str, title: str = "", subject: str | None = None) -> str:
    """Return the page. `command` reproduces it; the pictures follow `subject`, or all if it is "".

    Without a subject, they follow the most representative one.
    """
    comparison = compare(traces)
    shown = representative_subject(traces) if subject is None else subject
    sections = {
        "What it costs": cost_table(comparison),
        "In words": words(traces),
        f"What happened to {shown}" if shown else "What happened": _pictures(traces, shown, _others(traces)),
        "Where every delivery ended": ledger_table(traces),
        "Reproduce it": f"<pre><code>{escaped(command)}</code></pre>",
    }
    written = (f"<section><h2>{escaped(head)}</h2>\n{inside}</section>" for head, inside in sections.items())
    heading = title or comparison.title
    return _document(heading, "\n".join([_head(heading, comparison, traces), *written]))


def report_page(report: str, excerpts: Sequence[Excerpt]) -> str:
    """Return a report as a page, with the timelines as a picture."""
    title = excerpts[0].scenario if excerpts else ""
    body = f"<header><h1>{escaped(title)}</h1></header><pre><code>{escaped(report)}</code></pre>"
    if any(excerpt.spans for excerpt in excerpts):
        body += f"\n{_pictures(excerpts)}"
    return _document(title, body)


def _document(title: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{escaped(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
{module()}
</body>
</html>
"""


def _head(title: str, comparison: Comparison, traces: Sequence[Trace]) -> str:
    intro = f"The same events, the same listeners, {len(traces)} ways to run them."
    if any(trace.variant for trace in traces):
        intro = f"One claim, and {len(traces)} versions of a program that keep it or break it."
    below = f'<p class="muted">{escaped(comparison.title)}</p>' if title != comparison.title else ""
    return f"<header><h1>{escaped(title)}</h1>{below}<p>{intro} Times are virtual.</p></header>"


def cost_table(comparison: Comparison) -> str:
    """Return the comparison as a table; the best and the worst cell of a row have classes of these names."""
    rows = "".join(
        _row(escaped(row.question), ((cell.text, cell.tone) for cell in row.cells)) for row in comparison.rows
    )
    return _grid(comparison.strategies, rows)


def _grid(columns: Sequence[str], rows: str) -> str:
    heads = "".join(f'<th scope="col">{escaped(column)}</th>' for column in columns)
    # A region that scrolls must be reachable by keyboard.
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="table"><table>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(heading: str, cells: Iterator[tuple[str, str]]) -> str:
    written = "".join(f'<td class="{tone}">{escaped(text)}</td>' for text, tone in cells)
    return f'<tr><th scope="row">{heading}</th>{written}</tr>'


def words(traces: Sequence[Trace]) -> str:
    """Describe what each strategy costs, and how it differs from the one before."""
    items = []
    for before, trace in zip([None, *traces], traces, strict=False):
        below = f'<p class="muted">{escaped(sentences.against(trace, before))}</p>' if before else ""
        name = escaped(trace.label)
        items.append(f"<li><p><b>{name}</b>{escaped(sentences.cost(trace)).removeprefix(name)}</p>{below}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _pictures(sources: Sequence[Trace | Excerpt], subject: str = "", others: Sequence[str] = ()) -> str:
    """Draw the interactive timelines, and for readers without script two static pictures, of which CSS shows one."""
    excerpts = [as_excerpt(source, subject) for source in sources]
    static = (
        draw(excerpts, theme="page", width=width).replace("<svg ", f'<svg class="{name}" ', 1)
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return embedded(picture_data(sources, subject=subject, others=others, widths=(NARROW, WIDE)), "".join(static))


def _others(traces: Sequence[Trace]) -> list[str]:
    """Choose the other subjects to select: some that occur in every trace, and all together if they are few."""
    shared = [name for name in subjects(traces[0]) if all(name in subjects(trace) for trace in traces[1:])]
    everyone = [""] if all(trace.emitted <= MAX_EMITS for trace in traces) else []
    return [*shared[:MAX_OTHERS], *everyone]


def ledger_table(traces: Sequence[Trace]) -> str:
    """List the fates with their counts and meanings; the sums show that every delivery is accounted for."""
    fates = [fate for fate in Fate if any(trace.ledger.get(fate) for trace in traces)]
    heads = {fate: f"<b>{escaped(f'{fate.letter} {fate}')}</b><small>{escaped(fate.meaning)}</small>" for fate in fates}
    rows = "".join(_row(head, ((f"{t.ledger.get(fate, 0):,}", "") for t in traces)) for fate, head in heads.items())
    sums = _row("<b>deliveries</b>", ((f"{trace.deliveries:,}", "") for trace in traces))
    return _grid([trace.label for trace in traces], rows + sums)
