"""Mistakes of the user, which are reported in one line instead of a traceback.

Every error class of ours says in its message what was wrong and what to do. Any other exception is a defect.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import typer

from eventdemo.trace.naming import one_line

MAX_LENGTH = 400
"""Characters of an error: a user who passes a long value by mistake still reads what is wrong with it."""
OURS = ("eventdemo", "mock_services")
_UsageError = typer.BadParameter.__mro__[1]  # click's, wherever this version of typer keeps its click


class CommandError(Exception):
    """Something that a command cannot do; its sentence is all that is printed."""


def sentence_of(error: Exception) -> str | None:
    """Return the sentence for the user, or None if the error is a defect that deserves its traceback."""
    leaves = _leaves(error)
    if all(type(leaf).__module__.partition(".")[0] in OURS for leaf in leaves):
        return one_clear_line(" ".join(dict.fromkeys(map(str, leaves))))
    if isinstance(error, _UsageError):
        return one_clear_line(f"{str(error.format_message()).rstrip('.')}. See --help.")  # type: ignore[attr-defined]
    if isinstance(error, OSError):  # a full disk, a missing folder for temporary files
        return one_clear_line(f"{error.strerror or error}{'' if error.filename is None else f': {error.filename}'}.")
    return None


def _leaves(error: Exception) -> Sequence[BaseException]:
    if not isinstance(error, ExceptionGroup):
        return [error]
    from eventdemo.backend.services.errors import leaf_exceptions  # here, because it brings httpx

    return leaf_exceptions(error)


def one_clear_line(sentence: str) -> str:
    """Return a sentence without line breaks and control characters; a very long one loses its middle."""
    line = one_line(sentence)
    return line if len(line) <= MAX_LENGTH else f"{line[: MAX_LENGTH // 2]} … {line[-MAX_LENGTH // 2 :]}"


def check_writable(path: Path | None) -> None:
    """Reject a file that cannot be written, before anything is run for it."""
    if path is None:
        return
    reason = None
    try:
        if path.is_dir():
            reason = "it is a folder"
        elif not path.parent.is_dir():
            reason = f"there is no folder {path.parent}"
        elif not os.access(path if path.exists() else path.parent, os.W_OK):
            reason = "permission denied"
    except OSError as error:  # the name is too long
        reason = error.strerror
    if reason:
        raise CommandError(f"{path} cannot be written: {reason}.")


def checked_address(url: str) -> str:
    """Return the address of the mock services without a slash at its end; empty means in this process."""
    from eventdemo.backend.services.http import httpx  # here, because most commands do not need it

    try:
        usable = not url or (httpx.URL(url).scheme in {"http", "https"} and httpx.URL(url).host)
    except (httpx.InvalidURL, UnicodeError):
        usable = False
    if not usable:
        raise CommandError(f"{url!r} is no address: give one such as http://127.0.0.1:8800.")
    return url.rstrip("/")
