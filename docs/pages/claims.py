"""The generated part of `docs/claims.md` as Markdown: the counts of verdicts, then the claims by section.

`python -m docs.pages.claims` prints them; `make refresh` puts them into the page.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from eventdemo.learn.claims import ArticleClaim, ClaimVerdict, claims

SOURCES = "https://github.com/eventdemo/eventdemo/blob/main/"
BLOCK = """
<div class="claim" id="claim-{number}" markdown>

**{number}. {claim}** <span class="verdict {colour}">{verdict}</span>

{really}

<details markdown><summary>Evidence</summary>

{evidence}

</details>

</div>"""
COLOURS = {
    ClaimVerdict.HOLDS: "guaranteed",
    ClaimVerdict.LIMIT: "race",
    ClaimVerdict.NOT: "no",
    ClaimVerdict.VERSION: "scheduler-dependent",
    ClaimVerdict.OPEN: "open",
}
"""The class of each verdict's colour: see docs/stylesheets/site.css."""


def page(ledger: Sequence[ArticleClaim]) -> str:
    return "\n".join([*_summary(ledger), *_sections(ledger)]) + "\n"


def _summary(ledger: Sequence[ArticleClaim]) -> Iterator[str]:
    count = Counter(claim.verdict for claim in ledger)
    yield "| verdict | claims |"
    yield "|---|---:|"
    yield from (f"| {verdict.value} | {count[verdict]} |" for verdict in ClaimVerdict)
    yield f"| all | {len(ledger)} |"


def _sections(ledger: Sequence[ArticleClaim]) -> Iterator[str]:
    for section, members in groupby(ledger, attrgetter("section")):
        yield f"\n## {section}"
        yield from map(_block, members)


def _block(claim: ArticleClaim) -> str:
    """Return a claim as a block that fits a phone: what the article says, the verdict, and what really happens."""
    return BLOCK.format(
        number=claim.number,
        claim=_prose(claim.claim),
        colour=COLOURS[claim.verdict],
        verdict=claim.verdict.value,
        really=_prose(claim.really),
        evidence=_evidence(claim),
    )


def _evidence(claim: ArticleClaim) -> str:
    node = [_link(probe, path) for probe, path in zip(claim.probes, claim.scripts, strict=True)]
    printed = [_link("printed", path) for path in claim.outputs]
    measured = [f"{script} ({output})" for script, output in zip(node, printed, strict=True)]
    python = [_link(test.partition("::")[2].removeprefix("test_"), test.partition("::")[0]) for test in claim.tests]
    commands = [f"`{command}`" for command in claim.commands]
    parts = (
        ("Node", ", ".join(measured) or _prose(claim.unprobed)),
        ("Python", ", ".join(python)),
        ("Here", _prose(claim.here)),
        ("Run", ", ".join(commands)),
    )
    return "<br>\n".join(f"{name}: {text}" for name, text in parts if text)


def _link(name: str, path: str) -> str:
    return f"[{_prose(name.replace('_', ' '))}]({SOURCES}{path})"


def _prose(text: str) -> str:
    """Escape Markdown, except in backticks."""
    parts = text.split("`")
    for index in range(0, len(parts), 2):
        for letter in "\\*_|":
            parts[index] = parts[index].replace(letter, f"\\{letter}")
        parts[index] = parts[index].replace("<", "&lt;")
    return "`".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page(claims()))
