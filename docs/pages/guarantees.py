"""The guarantees as Markdown: a row for each claim, a column for each strategy.

`python -m docs.pages.guarantees [NAME...]` prints all of them, or the named ones. `make refresh` puts them into
the pages.
"""

import sys
from collections.abc import Iterator, Sequence

from eventdemo.explore.guarantees.guarantee import ALL, Guarantee
from eventdemo.explore.guarantees.table import GUARANTEES
from eventdemo.explore.guarantees.verdict import Judgement, judge
from eventdemo.simulate import PITFALLS


def page(guarantees: Sequence[Guarantee], *, anchors: bool) -> str:
    """Return the table; with `anchors`, each row is a link target."""
    return "\n".join([_head(), *(_row(guarantee, anchors=anchors) for guarantee in guarantees)]) + "\n"


def chosen(names: Sequence[str]) -> Sequence[Guarantee]:
    """Return the guarantees with these names, or all."""
    known = {guarantee.experiment.name: guarantee for guarantee in GUARANTEES}
    if missing := [name for name in names if name not in known]:
        raise SystemExit(f"Unknown guarantee {missing[0]!r}: `eventdemo guarantees` lists them.")
    return [known[name] for name in names] or GUARANTEES


def _head() -> str:
    return f"| claim | {' | '.join(ALL)} |\n|---|{'---|' * len(ALL)}"


def _row(guarantee: Guarantee, *, anchors: bool) -> str:
    name, claim = guarantee.experiment.name, _claim(guarantee)
    label = f'<span id="{name}">{claim}</span>' if anchors else claim
    return f"| {label}<br>`{name}` | {' | '.join(_cells(guarantee))} |"


def _claim(guarantee: Guarantee) -> str:
    """Return the claim; of a pitfall it also says which version it is about, because all versions have the same one."""
    name, _, version = guarantee.experiment.name.partition(":")
    which = version or ("broken" if name in PITFALLS else "")
    return f"{guarantee.experiment.claim} ({which})" if which else guarantee.experiment.claim


def _cells(guarantee: Guarantee) -> Iterator[str]:
    for strategy in ALL:
        yield _cell(judge(guarantee, strategy)) if strategy in guarantee.strategies else "not judged"


def _cell(judgement: Judgement) -> str:
    verdict = judgement.verdict
    return f'<span class="verdict {verdict.slug}" title="{judgement.proof}">{verdict}</span>'


if __name__ == "__main__":
    sys.stdout.write(page(chosen(sys.argv[1:]), anchors=len(sys.argv) == 1))
