"""The command line: one module a command, each named after it. Options in, one call, a view out.

Exit code 0: nothing was lost; 1: something was, or a guarantee was broken; 2: bad usage, in one clear line. Heavy
imports wait inside the commands, so that the first line appears at once.
"""

import gc
import os
import sys
import traceback
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

import typer

from eventdemo.cli import dead_letters
from eventdemo.cli.claims import claims
from eventdemo.cli.compare import compare
from eventdemo.cli.crash_lab import crash_lab
from eventdemo.cli.errors import sentence_of
from eventdemo.cli.events import events
from eventdemo.cli.explore import explore
from eventdemo.cli.graduate import graduate
from eventdemo.cli.guarantees import guarantees
from eventdemo.cli.replay import replay
from eventdemo.cli.run import run
from eventdemo.cli.scenarios import scenarios
from eventdemo.cli.serve import serve
from eventdemo.cli.sync_profile import sync_profile
from eventdemo.cli.watch import ThreadLeftError
from eventdemo.cli.worker import worker

DEFECT = 70  # what sysexits.h calls EX_SOFTWARE
COMMANDS = (
    *(compare, run, explore, replay, guarantees, claims, scenarios, events),
    *(sync_profile, serve, graduate, worker, crash_lab),
)
app = typer.Typer(
    help=(
        "What really happens between emit and the last listener.\n\n\b\nRun these first:\n"
        "  eventdemo compare logout            all strategies\n"
        "  eventdemo explore logout-race       a race, every order\n"
        "  eventdemo explore FILE.py:FUNCTION  your own async code\n\n"
        "A command exits with 0 if all is well, with 1 if a delivery failed or was lost or a claim is "
        "refuted, and with 2 if it can't do what you asked."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(dead_letters.app, name="dead-letters", no_args_is_help=True)


def usable(stream: TextIO | None) -> TextIO:
    """Return a stream that takes any text: a closed one discards it, and `?` replaces what its encoding lacks."""
    if stream is None:  # the shell closed it, as in `eventdemo compare >&-`
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open as long as the process runs
    if isinstance(stream, TextIOWrapper) and stream is not sys.stderr:  # stderr escapes such characters already
        stream.reconfigure(errors="replace")
    return stream


def main() -> None:
    """Run a command, and report any error in one line."""
    sys.stdout, sys.stderr = usable(sys.stdout), usable(sys.stderr)
    must_not_join = False
    gc.set_threshold(20_000)  # a simulation makes many small objects and little garbage: collecting was a tenth of it
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # `eventdemo compare | head`
        code = 1
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # noqa: BLE001 - reported in a line, or with its traceback
        if (sentence := sentence_of(error)) is None:  # a defect must not look like a finding, which exits with 1
            traceback.print_exc()
            sys.exit(DEFECT)
        with suppress(OSError):  # stderr may be full
            sys.stderr.write(f"eventdemo: {sentence}\n")
        code = 2
        must_not_join = isinstance(error, ThreadLeftError)
    try:
        sys.stdout.flush()
    except OSError:  # Python would report it again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if must_not_join:  # the thread may never end
        os._exit(code)
    sys.exit(code)
