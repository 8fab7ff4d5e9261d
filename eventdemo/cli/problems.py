"""Which exceptions are a user's mistake, to be told in one line instead of a traceback."""

import typer

from eventdemo.sim.scenarios import UnknownScenarioError
from eventdemo.sim.strategies import UnknownStrategyError

_UsageError = typer.BadParameter.__mro__[1]  # click's, wherever this version of typer keeps its click


class CommandError(Exception):
    """Something that a command cannot do; its sentence is all that is printed."""


def sentence_of(error: Exception) -> str | None:
    """Return what to tell the user, or None if the error is a defect that deserves its traceback."""
    if isinstance(error, (CommandError, UnknownScenarioError, UnknownStrategyError)):
        return str(error)
    if isinstance(error, _UsageError):
        return f"{' '.join(str(error.format_message()).split())} See --help."  # type: ignore[attr-defined]
    return None
