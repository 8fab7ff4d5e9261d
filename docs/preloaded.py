"""Runs Python commands in forks of one process that has imported the package, which takes longer than most commands.

A fork inherits the imported modules and nothing else that a command could notice. Only Linux has it, because a fork
without `exec` isn't safe on macOS.
"""

import atexit
import gc
import json
import os
import runpy
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from eventdemo import cli

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    *(f"eventdemo.cli.{name}" for name in ("app", "compare", "explore", "graduate", "guarantees", "run")),
    *(f"eventdemo.explore.{name}" for name in ("catalogue", "report")),
    *(f"eventdemo.simulate.{name}" for name in ("cluster", "program")),
    *(f"eventdemo.trace.{name}" for name in ("html", "live", "report")),
    "httpcore",
    "sqlalchemy.dialects.sqlite",
]
"""What is imported once: what most commands import late, which took a third of a second of each."""


def runs(words: list[str]) -> bool:
    """Return whether `run` can run a command."""
    return sys.platform == "linux" and words[0] in {"eventdemo", "python"} and words[1:2] != ["-c"]


def run(words: list[str], output: Path, environment: dict[str, str]) -> int:
    """Run a command, write both of its output streams into a file, and return its exit code."""
    process = server(json.dumps(environment))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([words, str(output)]) + "\n")
    process.stdin.flush()
    return int(process.stdout.readline())


@cache
def server(environment: str) -> subprocess.Popen[str]:
    """Return the process that forks; it ends with this process."""
    command = [sys.executable, "-m", "docs.preloaded"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=json.loads(environment), stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - this file
    atexit.register(process.communicate)  # closes its input, and waits for its end
    return process


def main() -> None:
    """Run each command that standard input names in a fork of its own."""
    for module in MODULES:
        import_module(module)
    gc.freeze()  # what exists now stays shared between the forks
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            return become(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


def become(words: list[str], output: str) -> None:
    """Run a command in this process, and leave its exit code to the interpreter."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    written = os.open(output, os.O_WRONLY)
    os.dup2(written, 1)
    os.dup2(written, 2)
    if words[0] == "eventdemo":
        sys.argv = words
        sys.modules["__main__"] = ModuleType(
            "__main__"
        )  # from this one, the help would take another name for the program
        cli.main()
    elif words[1] == "-m":
        sys.argv = words[2:]
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words[1:]
        sys.path.insert(0, str(Path(words[1]).parent))
        runpy.run_path(words[1], run_name="__main__")


if __name__ == "__main__":
    main()
