"""The command line: one module a command; `app.py` joins them, `options.py`, `output.py` and `errors.py` are shared."""

from eventdemo.cli.app import main

__all__ = ["main"]
