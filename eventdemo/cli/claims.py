"""What `claims` prints: the ledger, or one claim with its evidence."""

from itertools import groupby
from operator import attrgetter
from textwrap import wrap

from eventdemo.cli.errors import CommandError
from eventdemo.learn.claims.claim import Claim, ClaimVerdict, UnknownNumberError, claim, claims
from eventdemo.trace.naming import COLUMNS

_NUMBER, _VERDICT = 3, max(map(len, ClaimVerdict))
_MARGIN = _NUMBER + _VERDICT + 4


def print_claims() -> None:
    """Print number, verdict and claim of all, grouped by section."""
    for section, members in groupby(claims(), attrgetter("section")):
        print(f"{section}\n")
        for entry in members:
            first, *rest = wrap(entry.claim, COLUMNS - _MARGIN)
            print(f"{entry.number:>{_NUMBER}}  {entry.verdict:<{_VERDICT}}  {first}")
            for line in rest:
                print(" " * _MARGIN + line)
        print()
    print("`eventdemo claims 36` shows one with its evidence.")


def print_claim(number: int) -> None:
    """Print one claim: the verdict, what really happens, and where one can see it."""
    try:
        entry = claim(number)
    except UnknownNumberError as error:
        raise CommandError(str(error)) from error
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
            _print_indented(name, paragraph)
            name = ""  # noqa: PLW2901 - a label stands before the first only


def _measured(entry: Claim) -> list[str]:
    if entry.unprobed:
        return [f"no probe: {entry.unprobed}"]
    return [
        line for pair in zip(entry.scripts, entry.outputs, strict=True) for line in (pair[0], f"  printed {pair[1]}")
    ]


def _print_indented(name: str, paragraph: str) -> None:
    lines = wrap(paragraph, COLUMNS - 9, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    for index, line in enumerate(lines):
        print(f"{name if index == 0 else '':<7}  {line}")
