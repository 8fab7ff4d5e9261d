"""`eventdemo claims`: the article's claims with their verdicts, or one claim with its evidence."""

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eventdemo.learn.claims import ArticleClaim

_NUMBER = 3


def claims(
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="Show this one, with its evidence.")] = None,
) -> None:
    """List the article's claims with verdicts."""
    from eventdemo.learn.claims import claim

    if number is None:
        _print_claims()
    else:
        _print_claim(claim(number))


def _print_claims() -> None:
    from eventdemo.learn.claims import ClaimVerdict, claims
    from eventdemo.trace.report import wrapped

    verdict_width = max(map(len, ClaimVerdict))
    for section, members in groupby(claims(), attrgetter("section")):
        print(f"{section}\n")
        for entry in members:
            label = f"{entry.number:>{_NUMBER}}  {entry.verdict:<{verdict_width}}  "
            print(wrapped(f"{label}{entry.claim}", indent=len(label)))
        print()
    print("`eventdemo claims 36` shows one with its evidence.")


def _print_claim(entry: "ArticleClaim") -> None:
    from eventdemo.trace.report import wrapped

    print(f"{entry.number}  {entry.section}: {entry.verdict}\n")
    for name, paragraphs in (
        ("claim", [entry.claim]),
        ("really", [entry.really]),
        ("Node", _measured(entry)),
        ("Python", [line for test in entry.tests for line in test.replace("::", "::\n  ").splitlines()]),
        ("here", [entry.here]),
        ("run", entry.commands),
    ):
        for paragraph in filter(None, paragraphs):
            print(wrapped(f"{name:<7}  {paragraph}", indent=9))
            name = ""  # noqa: PLW2901 - a label stands before the first only


def _measured(entry: "ArticleClaim") -> list[str]:
    if entry.unprobed:
        return [f"no probe: {entry.unprobed}"]
    return [
        line for pair in zip(entry.scripts, entry.outputs, strict=True) for line in (pair[0], f"  printed {pair[1]}")
    ]
