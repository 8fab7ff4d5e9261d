"""Measures everything that has a goal and writes docs/reference/benchmarks.md: `make bench`.

Each module here with a function `rows` is run; a row is a ratio of two things timed in turns in the same process.
"""
# ruff: noqa: INP001 - `python -m benchmarks` finds it as part of a namespace

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import fill
from time import process_time

from benchmarks.rows import Row, table

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs/reference/benchmarks.md"
TEXT = """\
# Benchmarks

How fast the parts are beside their peers. A ratio is our time divided by the peer's, both measured in turns in one
process on one machine: below 1 we are faster. `make bench` measures again and rewrites this page.

{tables}

Measured with {python} on {cores} cores of {cpu}, where a loop that adds up ten million numbers takes {loop} s. Another
machine gives other ratios, though rarely another verdict; where a goal is a time or a rate, that loop says how quick
this one was.
"""


def main() -> int:
    """Measure, show, write; return 1 if a goal was missed."""
    sections, missed = [], 0
    for name, rows, notes in measured():
        sections.append("\n\n".join([f"## {name}", table(rows), *(fill(note, 120) for note in notes)]))
        missed += sum(not row.met for row in rows)
        print(sections[-1], end="\n\n", flush=True)
    PAGE.write_text(TEXT.format(tables="\n\n".join(sections), **machine()), "utf-8")
    print(f"Written to {PAGE.relative_to(FOLDER.parent)}. Goals missed: {missed}.")
    return 1 if missed else 0


def measured() -> Iterator[tuple[str, list[Row], list[str]]]:
    """Yield a title, its rows, and what is to be said of them, for each module that measures something."""
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem != "__main__" and hasattr(module := import_module(f"benchmarks.{path.stem}"), "rows"):
            print(f"{path.stem} ...", file=sys.stderr, flush=True)
            notes = module.notes() if hasattr(module, "notes") else []
            yield path.stem.replace("_", " ").capitalize(), module.rows(), notes


def machine() -> dict[str, str]:
    """Name what was measured on, without a name or a path of the machine itself."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {
        "python": python,
        "cores": str(os.cpu_count()),
        "cpu": cpu(),
        "loop": f"{min(loop() for _ in range(5)):.2f}",
    }


def loop() -> float:
    """Return the seconds of processor time that a plain loop takes here: what absolute times are to be read against."""
    began, total = process_time(), 0
    for number in range(10_000_000):
        total += number
    return process_time() - began


def cpu() -> str:
    """Return the processor's name as the system knows it."""
    try:
        if sys.platform == "darwin":
            asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, subprocess.CalledProcessError):
        return f"a {platform.machine()} processor"


if __name__ == "__main__":
    sys.exit(main())
