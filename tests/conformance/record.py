"""Records what EventEmitter2 does on a few hundred programs: `python -m tests.conformance.record` (needs node).

The programs are the smallest one of each difference, those in `found.jsonl` that once showed a defect, and what
Hypothesis writes with a fixed seed. Each line of `recorded.jsonl` is one program with EventEmitter2's traces by mode.
"""

import json
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.conformance.compare import traces_of
from tests.conformance.differences import RULES
from tests.conformance.node_runner import EventEmitter2
from tests.conformance.programs import exact_programs, free_programs, nest_programs, optioned_programs
from tests.conformance.rules import program_of, table

RECORDED = Path(__file__).with_name("recorded.jsonl")
FOUND = Path(__file__).with_name("found.jsonl")
WRITERS = {exact_programs: 200, free_programs: 160, optioned_programs: 60, nest_programs: 40}
"""How many programs of which kind."""
MAX_ENTRIES = 40


def drawn(strategy, number):
    """Return programs that Hypothesis writes: different ones, in which something is emitted."""
    found = {}

    @settings(
        max_examples=number * 4,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def write(program):
        if any(step[0].startswith("emit") for step in program["steps"]) and len(program["steps"]) > 3:
            found.setdefault(json.dumps(program), program)

    write()
    return list(found.values())[:number]


def recorded():
    """Return the recorded programs with EventEmitter2's traces."""
    return [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]


def main():
    """Write the file."""
    least = [(program_of(entry), [RULES[name].mode or ""]) for name, entry in table().items()]
    found = [json.loads(line)["program"] for line in FOUND.read_text("utf-8").splitlines()]
    programs = [
        (program, [])
        for program in found + [p for written, number in WRITERS.items() for p in drawn(written(), number)]
    ]
    with EventEmitter2() as ee2:
        entries = [
            {
                "program": program,
                "ee2": traces_of(program, ee2.run) | {modes: ee2.run(program, modes) for modes in more},
            }
            for program, more in least + programs
        ]
    entries = [e for e in entries if all(len(trace["log"]) <= MAX_ENTRIES for trace in e["ee2"].values())]
    lines = [json.dumps(entry, separators=(",", ":")) for entry in entries]
    RECORDED.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"recorded {len(lines)} programs")  # noqa: T201 - says that it is done


if __name__ == "__main__":
    main()
