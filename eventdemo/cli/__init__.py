"""The command line: `commands.py` takes options, `console.py` prints, `problems.py` tells what went wrong."""

from eventdemo.cli.commands import main

__all__ = ["main"]
