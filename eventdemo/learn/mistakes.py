"""One-sentence error messages in place of tracebacks, enabled by `%load_ext eventdemo.learn`.

The kernel continues as usual, and `%tb` still shows the traceback.
"""

import sys
from collections.abc import Sequence
from traceback import extract_tb
from types import TracebackType
from typing import Any

from eventdemo.core.wording import did_you_mean


def load_ipython_extension(shell: Any) -> None:
    """Replace tracebacks by one sentence; `%load_ext eventdemo.learn` calls this."""
    shell.set_custom_exc((Exception,), _handle)
    shell.showsyntaxerror = _show_syntax_error


def sentence(error: BaseException, traceback: TracebackType | None, names: Sequence[str] = ()) -> str:
    """Return what was wrong, where in the cell, and a suggestion if there is one."""
    if isinstance(error, SyntaxError):
        return syntax_sentence(error)
    message = _message(error, names)
    return f"{_place(traceback)}{message if message.endswith(('.', '!', '?')) else message + '.'}"


def syntax_sentence(error: SyntaxError) -> str:
    line = f"Line {error.lineno}: " if error.lineno else ""
    shown = f"  →  {error.text.strip()}" if error.text else ""
    return f"{line}Python cannot parse this: {error.msg}.{shown}"


def _handle(shell: Any, kind: type[BaseException], error: BaseException, traceback: TracebackType, **_: Any) -> None:
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, traceback  # for %tb
    print(sentence(error, traceback, list(shell.user_ns)), file=sys.stderr)  # noqa: T201 - a cell's output


def _show_syntax_error(*_: Any, **__: Any) -> None:
    error = sys.exception()
    assert isinstance(error, SyntaxError)
    print(syntax_sentence(error), file=sys.stderr)  # noqa: T201 - a cell's output


def _message(error: BaseException, names: Sequence[str]) -> str:
    if isinstance(error, NameError) and error.name:
        hint = did_you_mean(error.name, names, "did you run the cell that defines it?")
        return f"there is no {error.name!r} here: {hint}"
    if type(error).__module__.partition(".")[0] in {"eventdemo", "mock_services"}:
        return str(error)  # our errors already say what was wrong and what to do
    return f"{type(error).__name__}, {error}" if str(error) else type(error).__name__


def _place(traceback: TracebackType | None) -> str:
    """Return the line of the cell that raised it."""
    cells = ("ipykernel_", "<ipython-input")
    lines = [frame for frame in extract_tb(traceback) if any(cell in frame.filename for cell in cells)]
    return f"Line {lines[-1].lineno}, `{lines[-1].line}`: " if lines and lines[-1].line else ""
