"""Which exceptions are a user's mistake, to be told in one line instead of a traceback."""

import os
from pathlib import Path

import typer

from eventdemo.simulate.scenarios import UnknownScenarioError, UnknownVariantError
from eventdemo.simulate.strategies import UnknownStrategyError
from eventdemo.trace.conditions import ConditionsError

_UsageError = typer.BadParameter.__mro__[1]  # click's, wherever this version of typer keeps its click


class CommandError(Exception):
    """Something that a command cannot do; its sentence is all that is printed."""


def sentence_of(error: Exception) -> str | None:
    """Return what to tell the user, or None if the error is a defect that deserves its traceback."""
    if isinstance(
        error, (CommandError, ConditionsError, UnknownScenarioError, UnknownStrategyError, UnknownVariantError)
    ):
        return str(error)
    if isinstance(error, _UsageError):
        message = " ".join(str(error.format_message()).split())  # type: ignore[attr-defined]
        return f"{message.rstrip('.')}. See --help."
    return None


def check_writable(path: Path | None) -> None:
    """Refuse a file that cannot be written before anything is run for it, not after."""
    if path is None:
        return
    if path.is_dir():
        raise CommandError(f"{path} cannot be written: it is a folder.")
    if not path.parent.is_dir():
        raise CommandError(f"{path} cannot be written: there is no folder {path.parent}.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{path} cannot be written: permission denied.")


def checked_address(url: str) -> str:
    """Return where the mock services are, as the paths below it need it; empty stands for this process."""
    from eventdemo.backend.services.http import (
        httpx,  # here, because most commands never ask, and it brings much with it
    )

    try:
        usable = not url or (httpx.URL(url).scheme in {"http", "https"} and httpx.URL(url).host)
    except httpx.InvalidURL:
        usable = False
    if not usable:
        raise CommandError(f"{url!r} is no address: give one such as http://127.0.0.1:8800.")
    return url.rstrip("/")
