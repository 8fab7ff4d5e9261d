"""The output of a command, and the command line as a process of its own; the fixture runs it in this process."""

import subprocess
import sys
from dataclasses import dataclass

PROGRAM = [sys.executable, "-c", "from eventdemo.cli import main; main()"]
SECONDS = 60


@dataclass
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    def refused(self, *words):
        """Check that this is bad usage: one line on stderr that contains `words`, and nothing else."""
        assert (self.code, self.out) == (2, ""), self
        assert self.err.startswith("eventdemo: ")
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        for word in words:
            assert word in self.err
        return self.err


def in_a_process(*arguments, **options):
    """Call `eventdemo ARGUMENTS` in a process of its own."""
    command = [*PROGRAM, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, **options)
    return Said(ended.returncode, ended.stdout, ended.stderr)
