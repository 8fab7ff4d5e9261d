"""The options `--latency` and `--fail`: what changes in the fakes that a program of your own makes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from eventdemo.cli.errors import CommandError
from eventdemo.trace.conditions import FAULTS

if TYPE_CHECKING:
    from mock_services import Latency

OF_ANY_SERVICE = FAULTS[:4]
"""Those that need neither access tokens nor devices."""
_LATENCY = re.compile(r"([^=]+)=(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?))?")
Latencies = Annotated[
    list[str] | None,
    typer.Option(
        "--latency",
        metavar="FAKE=MS",
        help="How long a FakeService of your program takes: bank=200, or bank=40..120 for median and p95.",
    ),
]
Failures = Annotated[
    list[str] | None,
    typer.Option(
        "--fail", metavar="FAKE=FAULT", help=f"Its faults, with commas between them: {', '.join(OF_ANY_SERVICE)}."
    ),
]


@contextmanager
def changed_fakes(latency: Sequence[str] | None, fail: Sequence[str] | None) -> Iterator[None]:
    """Change the fakes that are made inside the block; an option that names none of them is an error."""
    from mock_services import service_conditions

    latencies, faults = dict(map(_latency, latency or ())), dict(map(_faults, fail or ()))
    with service_conditions(latency=latencies, fail=faults) as conditions:
        yield
    if unused := sorted({*latencies, *faults} - conditions.made):
        made = ", ".join(sorted(conditions.made)) or "none"
        raise CommandError(f"The program makes no FakeService called {unused[0]!r}. Those that it makes: {made}.")


def _latency(text: str) -> "tuple[str, Latency]":
    from mock_services import Constant, LogNormal

    if (found := _LATENCY.fullmatch(text)) is None:
        raise CommandError(f"--latency {text!r} is not a latency: write bank=200, or bank=40..120 in milliseconds.")
    name, median, p95 = found.groups()
    try:
        return name, Constant(float(median)) if p95 is None else LogNormal(float(median), float(p95))
    except ValueError as error:
        raise CommandError(f"--latency {text!r} is not a latency: {error}") from error


def _faults(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, faults = text.partition("=")
    chosen = tuple(faults.split(","))
    if not name or not set(chosen) <= {*OF_ANY_SERVICE}:
        raise CommandError(f"--fail {text!r} is not a fault: write bank=down. Choose from {', '.join(OF_ANY_SERVICE)}.")
    return name, chosen
