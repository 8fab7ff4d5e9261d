"""What a rule about a difference is made of: which programs it applies to, and what it leaves to compare there.

- a `mode` of the Node runner makes EventEmitter2 do as EventBus does, and everything else is compared exactly;
- a `view` hides from both traces what the difference changes, and nothing else;
- an `excuse` compares nothing. The programs that Hypothesis writes meet those rarely.
"""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.programs import everywhere

TABLE = Path(__file__).with_name("differences.toml")
RULES = {}


@dataclass(frozen=True)
class Case:
    """One program and what both sides made of it."""

    program: dict
    ee2: dict
    bus: dict

    @property
    def steps(self):
        return everywhere(self.program)

    @property
    def listeners(self):
        return self.program["listeners"].values()


@dataclass(frozen=True)
class Rule:
    """How one named difference is recognised and allowed for."""

    name: str
    applies: Callable
    mode: str | None = None
    view: Callable | None = None
    leaves_out: Callable | None = None
    """Given a case, the listeners of which nothing is compared, nor whether an emit was heard, or its results."""

    @property
    def excuses(self):
        return self.mode is None and self.view is None and self.leaves_out is None

    def seen(self, case, trace):
        """Return what this rule leaves of a trace."""
        return self.view(trace) if self.leaves_out is None else without_listeners(trace, self.leaves_out(case))


def rule(name, **what):
    """Register the decorated predicate on cases under a difference's name."""

    def keep(applies):
        RULES[name] = Rule(name, applies, **what)
        return applies

    return keep


def table():
    """Return the documented differences by name, each with its smallest program."""
    reported = tomllib.loads(TABLE.read_text("utf-8"))["difference"]
    return {entry["name"]: entry for entry in reported}


def program_of(entry):
    """Return the program of an entry of the table."""
    limit = {"max_listeners": entry["max_listeners"]} if "max_listeners" in entry else {}
    return {"wildcard": entry.get("wildcard", False), "listeners": entry["listeners"], "steps": entry["steps"], **limit}


# What a view leaves of a trace


def without(unwanted):
    """Return a view of the log without certain lines, given as a predicate on lines."""
    return lambda trace: trace | {"log": [line for line in trace["log"] if not unwanted(line)]}


def deliveries(trace):
    """Return who was called by what and with which outcome, in no order."""
    lines = [[line[0], *line[2:-1], in_no_order(line[-1])] for line in trace["log"] + trace.pop("returns", [])]
    return trace | {"log": sorted(lines, key=json.dumps)}


def without_listeners(trace, names):
    """Return what is left of a trace if some listeners are not looked at."""

    def about_them(line):
        return line[0] in ("emit", "emit_async", "listeners") or (line[0] in ("start", "end") and line[2] in names)

    reported = {
        key: [reason for reason in trace[key] if reason not in names] for key in ("unhandled", "logged") if key in trace
    }
    return without(about_them)(trace) | reported


def in_no_order(value):
    """Sort the lists in an outcome."""
    if isinstance(value, dict):
        return {key: in_no_order(inner) for key, inner in value.items()}
    return sorted(value, key=str) if isinstance(value, list) else value


def returns_apart(trace):
    """Take the lines in which `emit_async` returns out of the order of the others."""
    returns = [line for line in trace["log"] if line[0] == "emit_async"]
    return without(lambda line: line[0] == "emit_async")(trace) | {"returns": returns}
