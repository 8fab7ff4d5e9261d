"""Measures everything that has a goal and writes docs/reference/benchmarks.md: `make bench`.

It runs each module here that has a function `rows`. Most rows are a ratio of two things, timed in alternation in the
same process. `rows(share)` measures with that share of the usual repetitions; a test runs each module so.
"""
# ruff: noqa: INP001 - `python -m benchmarks` finds it as part of a namespace

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import getloadavg
from pathlib import Path
from textwrap import fill
from time import process_time

from benchmarks.rows import Row, measure, table

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs/reference/benchmarks.md"
TEXT = """\
# Benchmarks

How fast the parts are, compared with similar libraries. A ratio is our time divided by the other library's, so below 1
ours is faster. Both are measured in alternation, in one process on one machine. Run `make bench` to measure again and
rewrite this page.

{tables}

Measured with {python} on {cores} cores of {cpu}. A loop that adds up ten million numbers takes {loop} s there, which
shows how fast the machine was wherever a goal is a time or a rate. Its load average was {load} during the run. Alone,
the benchmarks cause a load of about 1; above that, other programs slowed them down. On another machine the ratios
differ, but the verdicts rarely do.
"""


def main() -> int:
    """Measure, show, write; return 1 if a goal was missed."""
    sections, missed, loads = [], 0, [getloadavg()[0]]
    for name, rows, notes in measured():
        loads.append(getloadavg()[0])
        sections.append("\n\n".join([f"## {name}", table(rows), *(fill(note, 120) for note in notes)]))
        missed += sum(not row.met for row in rows)
        print(sections[-1], end="\n\n", flush=True)
    load = f"{min(loads):.1f} to {max(loads):.1f}"
    text = TEXT.format(tables="\n\n".join(sections), load=load, **machine())
    PAGE.write_text(text, "utf-8")
    print(f"Written to {PAGE.relative_to(FOLDER.parent)}. Goals missed: {missed}.")
    return 1 if missed else 0


def measured() -> Iterator[tuple[str, list[Row], list[str]]]:
    """Yield the title, the rows and the notes of each module that measures something.

    Each gets a process of its own, because what another one has imported makes the garbage collector slower.
    """
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        for name in sorted(path.stem for path in FOLDER.glob("*.py") if "\ndef rows(" in path.read_text("utf-8")):
            print(f"{name} ...", file=sys.stderr, flush=True)
            yield name.replace("_", " ").capitalize(), *processes.submit(measure, name).result()


def machine() -> dict[str, str]:
    """Describe the machine, without its name or any path on it."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {
        "python": python,
        "cores": str(os.cpu_count()),
        "cpu": cpu(),
        "loop": f"{min(loop() for _ in range(5)):.2f}",
    }


def loop() -> float:
    """Return the seconds of processor time that a plain loop takes here, for comparison with absolute times."""
    began, total = process_time(), 0
    for number in range(10_000_000):
        total += number
    return process_time() - began


def cpu() -> str:
    """Return the name that the system gives the processor."""
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, subprocess.CalledProcessError):
        return f"a {platform.machine()} processor"


if __name__ == "__main__":
    sys.exit(main())
