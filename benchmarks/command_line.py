"""How long a user waits for `eventdemo compare`: `python -m benchmarks.command_line`.

It measures the wall-clock time of the command as a shell runs it, including all imports. Each ratio is the time taken
divided by the time allowed.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

import subprocess
import sys
from time import perf_counter

from benchmarks.rows import Row, part_of, table

ROUNDS = 3
COMMAND = (sys.executable, "-c", "from eventdemo.cli import main; main()", "compare")
SMALL = ("logout", "--users", "2")
"""What a test compares: the whole comparison takes seconds."""
FIRST_LINE, ALL_OF_IT = 1.0, 10.0


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual repetitions."""
    waits = [waited(*(() if share == 1 else SMALL)) for _ in range(part_of(ROUNDS, share))]
    first, done = min(first for first, _ in waits), min(done for _, done in waits)
    return [
        Row("eventdemo compare: first line", "under 1 s", first / FIRST_LINE, first < FIRST_LINE),
        Row("eventdemo compare: done", "under 10 s (as a share of it)", done / ALL_OF_IT, done < ALL_OF_IT),
    ]


def waited(*arguments: str) -> tuple[float, float]:
    """Run the command; return the seconds until its first line and until its end."""
    started = perf_counter()
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        process.stdout.readline()
        first = perf_counter() - started
        process.stdout.read()
    return first, perf_counter() - started


if __name__ == "__main__":
    print(table(rows()))
