"""Mistakes of the user, which are reported in one line instead of a traceback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from eventdemo.simulate.scenarios import UnknownScenarioError, UnknownVariantError
from eventdemo.simulate.strategies import UnknownStrategyError
from eventdemo.trace.conditions import ConditionsError

_UsageError = typer.BadParameter.__mro__[1]  # click's, wherever this version of typer keeps its click


class CommandError(Exception):
    """Something that a command cannot do; its sentence is all that is printed."""


@contextmanager
def usage_errors(*kinds: type[Exception]) -> Iterator[None]:
    """Report exceptions of these kinds, alone or in a group, in one line instead of a traceback."""
    try:
        yield
    except Exception as error:
        from eventdemo.backend.services.errors import leaf_exceptions  # here, because it brings httpx

        leaves = leaf_exceptions(error)
        if not all(isinstance(leaf, kinds) for leaf in leaves):
            raise
        raise CommandError(" ".join(dict.fromkeys(map(str, leaves)))) from error


def sentence_of(error: Exception) -> str | None:
    """Return the sentence for the user, or None if the error is a defect that deserves its traceback."""
    if isinstance(
        error, (CommandError, ConditionsError, UnknownScenarioError, UnknownStrategyError, UnknownVariantError)
    ):
        return str(error)
    if isinstance(error, _UsageError):
        message = " ".join(str(error.format_message()).split())  # type: ignore[attr-defined]
        return f"{message.rstrip('.')}. See --help."
    return None


def check_writable(path: Path | None) -> None:
    """Reject a file that cannot be written, before anything is run for it."""
    if path is None:
        return
    if path.is_dir():
        raise CommandError(f"{path} cannot be written: it is a folder.")
    if not path.parent.is_dir():
        raise CommandError(f"{path} cannot be written: there is no folder {path.parent}.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{path} cannot be written: permission denied.")


def checked_address(url: str) -> str:
    """Return the address of the mock services without a slash at its end; empty means in this process."""
    from eventdemo.backend.services.http import httpx  # here, because most commands do not need it

    try:
        usable = not url or (httpx.URL(url).scheme in {"http", "https"} and httpx.URL(url).host)
    except httpx.InvalidURL:
        usable = False
    if not usable:
        raise CommandError(f"{url!r} is no address: give one such as http://127.0.0.1:8800.")
    return url.rstrip("/")
