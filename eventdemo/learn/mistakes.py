"""One-sentence error messages in place of tracebacks, enabled by `%load_ext eventdemo.learn`.

The kernel continues as usual, and `%tb` still shows the traceback.
"""

import builtins
import sys
from traceback import extract_tb, walk_tb
from types import TracebackType
from typing import Any

from eventdemo.core.wording import did_you_mean

JUDGES = "eventdemo.learn.judges"
"""Has the errors that an answer has to catch, so their names are part of the message."""


def load_ipython_extension(shell: Any) -> None:
    """Replace tracebacks by one sentence; `%load_ext eventdemo.learn` calls this."""
    shell.set_custom_exc((Exception,), _handle)
    shell.showsyntaxerror = _show_syntax_error


def sentence(error: BaseException) -> str:
    """Return what was wrong, where in the cell, and a suggestion if there is one."""
    if not isinstance(error, SyntaxError):
        return place(error) + message(error)
    line = f"Line {error.lineno}: " if error.lineno else ""
    shown = f"  →  {error.text.strip()}" if error.text else ""
    return f"{line}Python cannot parse this: {error.msg}.{shown}"


def _handle(_shell: Any, kind: type[BaseException], error: BaseException, traceback: TracebackType, **_: Any) -> None:
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, traceback  # for %tb
    print(sentence(error.with_traceback(traceback)), file=sys.stderr)  # noqa: T201 - a cell's output


def _show_syntax_error(*_: Any, **__: Any) -> None:
    error = sys.exception()
    assert error is not None, "IPython handles it"
    print(sentence(error), file=sys.stderr)  # noqa: T201 - a cell's output


def message(error: BaseException) -> str:
    """Return Python's message with its suggestion, which Python itself adds only to a printed traceback."""
    module = type(error).__module__
    is_ours = module.partition(".")[0] in {"eventdemo", "mock_services"} and not module.startswith(JUDGES)
    if is_ours and str(error):
        return _ended(str(error))  # our errors already say what was wrong and what to do
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{_ended(said)} {_suggestion(error)}".rstrip()


def _suggestion(error: BaseException) -> str:
    if isinstance(error, NameError) and error.name:
        frames = [frame for frame, _ in walk_tb(error.__traceback__)]
        known = {*frames[-1].f_locals, *frames[-1].f_globals, *dir(builtins)} if frames else ()
        return _capital(did_you_mean(error.name, sorted(known), "did you run the cell that defines it?"))
    if isinstance(error, AttributeError) and error.name:
        return _capital(did_you_mean(error.name, dir(error.obj), ""))
    return ""


def place(error: BaseException, cell: str = "") -> str:
    """Return the last line of a cell that the error came through: `cell` is its file, and by default any cell."""
    cells = (cell,) if cell else ("ipykernel_", "<ipython-input")
    lines = [frame for frame in extract_tb(error.__traceback__) if any(each in frame.filename for each in cells)]
    if not lines or lines[-1].lineno is None:
        return ""
    code = f", `{lines[-1].line}`" if lines[-1].line else ""
    return f"Line {lines[-1].lineno}{code}: "


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else sentence + "."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
