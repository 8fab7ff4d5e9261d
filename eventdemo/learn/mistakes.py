"""A mistake in a cell, told in one sentence instead of a traceback: `%load_ext eventdemo.learn` asks for it.

The kernel goes on as it always does, and `%tb` still shows where the error came from.
"""

import sys
from collections.abc import Sequence
from traceback import FrameSummary, extract_tb
from types import TracebackType
from typing import Any

from eventdemo.core.wording import did_you_mean

_CELL = "<ipython-input"


def load_ipython_extension(shell: Any) -> None:
    """Have mistakes in cells told in one sentence: this is what `%load_ext eventdemo.learn` calls."""
    shell.set_custom_exc((Exception,), _handle)
    shell.showsyntaxerror = _show_syntax_error


def sentence(error: BaseException, traceback: TracebackType | None, names: Sequence[str] = ()) -> str:
    """Say what was wrong, where in the cell, and if there is one, what was perhaps meant."""
    if isinstance(error, SyntaxError):
        return syntax_sentence(error)
    said = _said(error, names)
    return f"{_place(traceback)}{said if said.endswith(('.', '!', '?')) else said + '.'}"


def syntax_sentence(error: SyntaxError) -> str:
    """Say what Python could not read."""
    line = f"Line {error.lineno}: " if error.lineno else ""
    shown = f"  →  {error.text.strip()}" if error.text else ""
    return f"{line}Python cannot read this: {error.msg}.{shown}"


def _handle(shell: Any, kind: type[BaseException], error: BaseException, traceback: TracebackType, **_: Any) -> None:
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, traceback  # for %tb
    print(sentence(error, traceback, list(shell.user_ns)), file=sys.stderr)  # noqa: T201 - a cell's output


def _show_syntax_error(*_: Any, **__: Any) -> None:
    error = sys.exception()
    assert isinstance(error, SyntaxError)
    print(syntax_sentence(error), file=sys.stderr)  # noqa: T201 - a cell's output


def _said(error: BaseException, names: Sequence[str]) -> str:
    if isinstance(error, NameError) and error.name:
        hint = did_you_mean(error.name, names, "did you run the cell that defines it?")
        return f"there is no {error.name!r} here: {hint}"
    if type(error).__module__.partition(".")[0] in {"eventdemo", "mock_services"}:
        return str(error)  # ours say in words what was wrong and what to do
    return f"{type(error).__name__}, {error}" if str(error) else type(error).__name__


def _place(traceback: TracebackType | None) -> str:
    """Return the line of the cell that led to it."""
    lines = [frame for frame in extract_tb(traceback) if _is_cell(frame)]
    return f"Line {lines[-1].lineno}, `{lines[-1].line}`: " if lines and lines[-1].line else ""


def _is_cell(frame: FrameSummary) -> bool:
    return "ipykernel_" in frame.filename or frame.filename.startswith(_CELL)
