"""Calling the command line: in this process to be quick, or as a program of its own."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from eventdemo.cli import main

PROGRAM = [sys.executable, "-c", "from eventdemo.cli import main; main()"]
SECONDS = 60


@dataclass
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    def refused(self, *words):
        """Check that this is bad usage: one line on stderr that holds `words`, and nothing else."""
        assert (self.code, self.out) == (2, ""), self
        assert self.err.startswith("eventdemo: ")
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        for word in words:
            assert word in self.err
        return self.err


@pytest.fixture
def eventdemo(monkeypatch, capsys):
    """Call `eventdemo ARGUMENTS` in this process."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["eventdemo", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(ended.value.code or 0, *capsys.readouterr())

    return call


def in_a_process(*arguments, **options):
    """Call `eventdemo ARGUMENTS` as a program of its own."""
    command = [*PROGRAM, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, **options)
    return Said(ended.returncode, ended.stdout, ended.stderr)
