"""The known differences between EventEmitter2 and EventBus: `differences.toml` tells them, the rules here apply them.

A rule says to which programs a difference applies, and what is left to compare where it does:
- a `mode` of the Node runner makes EventEmitter2 do as EventBus does, and everything else is compared exactly;
- a `view` hides from both traces what the difference changes, and nothing else;
- an `excuse` compares nothing. The programs that Hypothesis writes meet those rarely.
"""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.programs import EMITS, REGISTERS, everywhere, kinds, within

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

    @property
    def excuses(self):
        return self.mode is None and self.view is None


def rule(name, **what):
    """Register the decorated predicate on cases under a difference's name."""

    def keep(applies):
        RULES[name] = Rule(name, applies, **what)
        return applies

    return keep


def table():
    """Return the differences as they are told, by name, each with its smallest program."""
    told = tomllib.loads(TABLE.read_text("utf-8"))["difference"]
    return {entry["name"]: entry for entry in told}


def program_of(entry):
    """Return the program of an entry of the table."""
    return {"wildcard": entry.get("wildcard", False), "listeners": entry["listeners"], "steps": entry["steps"]}


# What a view leaves of a trace


def without(unwanted):
    """Return a view of the log without certain lines, given as a predicate on lines."""
    return lambda trace: trace | {"log": [line for line in trace["log"] if not unwanted(line)]}


def deliveries(trace):
    """Return who was called by what and with which outcome, in no order."""
    lines = [[line[0], *line[2:-1], in_no_order(line[-1])] for line in trace["log"] + trace.pop("returns", [])]
    return trace | {"log": sorted(lines, key=json.dumps)}


def in_no_order(value):
    """Sort the lists in an outcome."""
    if isinstance(value, dict):
        return {key: in_no_order(inner) for key, inner in value.items()}
    return sorted(value, key=str) if isinstance(value, list) else value


def returns_apart(trace):
    """Take the lines in which `emit_async` returns out of the order of the others."""
    returns = [line for line in trace["log"] if line[0] == "emit_async"]
    return without(lambda line: line[0] == "emit_async")(trace) | {"returns": returns}


# When what runs, and who waits for it


@rule("task-starts-on-a-later-turn", mode="late")
def has_a_task(case):
    return any(what.get("kind", "plain") != "plain" for what in case.listeners)


@rule("emit-async-tries-every-listener", mode="settled")
@rule("emit-async-waits-for-every-listener", mode="settled")
def may_fail_in_emit_async(case):
    fails = any(what.get("ends") == "raises" for what in case.listeners) or "error" in str(case.steps)
    return fails and bool({"emit_async", "call_async"} & kinds(case.steps))


@rule("turns-until-emit-async-returns", view=returns_apart)
def background_work_beside_emit_async(case):
    return "emit_async" in kinds(case.steps) and has_a_task(case)


@rule("emit-async-within-a-listener", view=deliveries)
def emit_async_in_a_listener(case):
    changes = kinds(within(case.program)) - {"emit", "emit_async", "pause"} or {"once", "many"} & kinds(case.steps)
    return "emit_async" in kinds(within(case.program)) and not changes


@rule("emit-async-runs-when-awaited")
def emit_async_is_called_and_awaited_later(case):
    return "call_async" in kinds(case.steps)


# Order


def calm(case):
    """Tell whether it is the same who is called, whatever the order: nothing that listeners do changes it."""
    does = within(case.program)
    stops = any(what.get("ends") == "raises" and what.get("kind", "plain") == "plain" for what in case.listeners)
    counted = {"once", "many"} & kinds(case.steps)
    return not (kinds(does) - {"emit", "emit_async", "pause"} or stops or (counted and kinds(does) & EMITS))


def has_patterns(case):
    return case.program["wildcard"] and any("*" in step[1] for step in case.steps if step[0] in REGISTERS)


@rule("order-across-patterns", view=deliveries)
def patterns_and_calm(case):
    return has_patterns(case) and calm(case)


@rule("on-any-in-its-place", view=deliveries)
def on_any_and_calm(case):
    return "on_any" in kinds(case.steps) and calm(case)


@rule("a-listener-that-changes-the-next")
def order_changes_who_is_called(case):
    return (has_patterns(case) or "on_any" in kinds(case.steps)) and not calm(case)


# Removing


@rule("removing-by-pattern-is-literal")
def removes_by_pattern(case):
    removes = [step for step in case.steps if step[0] in ("off", "off_all") and len(step) > 1]
    return case.program["wildcard"] and any("*" in step[1] for step in removes)


@rule("remove-all-includes-on-any")
def removes_all_with_on_any(case):
    return "on_any" in kinds(case.steps) and ["off_all"] in case.steps


@rule("heard-for-ever-after-on-any", view=without(lambda line: line[0] == "emit"))
def on_any_was_undone(case):
    return {"on_any", "off_any"} <= kinds(case.steps)


# How often


@rule("once-is-at-most-once", mode="counted")
def counts_calls_and_emits_within(case):
    return bool({"once", "many"} & kinds(case.steps)) and bool(kinds(within(case.program)) & EMITS)


@rule("many-of-none-is-refused")
def many_of_none(case):
    return any(step[0] == "many" and step[3] < 1 for step in case.steps)


# Names and patterns


@rule("patterns-keep-their-rule")
def has_an_odd_pattern(case):
    registered = [step[1].split(".") for step in case.steps if step[0] in REGISTERS - {"on_any"}]
    return case.program["wildcard"] and any("**" in p[:-1] or p[-2:] == ["*", "**"] for p in registered)


@rule("an-emitted-name-is-no-pattern")
def emits_a_pattern(case):
    return case.program["wildcard"] and any("*" in step[1] for step in case.steps if step[0] in EMITS)


@rule("wildcards-are-always-on")
def patterns_without_the_flag(case):
    return not case.program["wildcard"] and any("*" in str(step[1:2]) for step in case.steps)


@rule("a-name-is-not-empty")
def empty_name(case):
    return any(step[1:2] == [""] for step in case.steps)


@rule("names-of-object-prototype")
def inherited_name(case):
    inherited = {"constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"}
    return not case.program["wildcard"] and any(inherited & set(map(str, step[1:2])) for step in case.steps)


@rule("asking-includes-patterns-and-on-any", view=without(lambda line: line[0] in ("listeners", "names")))
def asks_beside_patterns(case):
    return {"listeners", "names"} & kinds(case.steps) and ("on_any" in kinds(case.steps) or has_patterns(case))


# Errors


def told_of_a_failure(line):
    """Tell whether a line is about a listener of 'error' that was given what another listener raised."""
    return line[0] in ("start", "end") and line[3].startswith("!")


def acts_when_told(case):
    """Tell whether a listener that was told of a failure does anything, or is used up by it."""
    told = {line[2] for line in case.bus["log"] if told_of_a_failure(line)}
    counted = {step[2] for step in case.steps if step[0] in ("once", "many")}
    acting = {name for name, what in case.program["listeners"].items() if kinds(what.get("does", [])) - {"pause"}}
    return bool(told & (counted | acting))


@rule("error-listeners-hear-of-tasks", view=lambda trace: without(told_of_a_failure)(trace) | {"unhandled": []})
def task_failures_are_told_to_error(case):
    return any(map(told_of_a_failure, case.bus["log"])) and not acts_when_told(case)


@rule("an-error-listener-that-acts")
def error_listeners_act(case):
    return any(map(told_of_a_failure, case.bus["log"])) and acts_when_told(case)
