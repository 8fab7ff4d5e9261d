"""Known differences between EventEmitter2 and EventBus: `differences.toml` describes them, the rules here apply them.

What a rule can do is in `rules.py`.
"""

from tests.conformance.programs import EMITS, REGISTERS, kinds, within
from tests.conformance.rules import RULES, deliveries, returns_apart, rule, without

__all__ = ["RULES"]


# When what runs, and who waits for it


@rule("task-starts-on-a-later-turn", mode="late")
def has_a_task(case):
    return any(what.get("kind", "plain") != "plain" for what in case.listeners)


@rule("emit-async-tries-every-listener", mode="settled")
@rule("emit-async-waits-for-every-listener", mode="settled")
def may_fail_in_emit_async(case):
    fails = any(what.get("ends") == "raises" for what in case.listeners) or "error" in str(case.steps)
    return fails and not case.program.get("nest") and bool({"emit_async", "call_async"} & kinds(case.steps))


@rule("turns-until-emit-async-returns", view=returns_apart)
def background_work_beside_emit_async(case):
    return "emit_async" in kinds(case.steps) and (has_a_task(case) or waits_for(case))


@rule("emit-async-within-a-listener", view=deliveries)
def emit_async_in_a_listener(case):
    changes = kinds(within(case.program)) - {"emit", "emit_async", "pause"} or {"once", "many"} & kinds(case.steps)
    return "emit_async" in kinds(within(case.program)) and not changes


@rule("emit-async-runs-when-awaited")
def emit_async_is_called_and_awaited_later(case):
    return "call_async" in kinds(case.steps)


# Order


def calm(case):
    """Return whether the same listeners are called, in any order: nothing that listeners do changes it."""
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


# Waiting for an event, and too many listeners


@rule("wait-for-gives-the-payload", mode="unwrapped")
def waits_for(case):
    return "wait_for" in kinds(case.steps)


@rule("on-any-is-counted", view=without(lambda line: line[0] == "warned"))
def may_warn_of_on_any(case):
    return "on_any" in kinds(case.steps) and bool(case.program.get("max_listeners"))


# Options of a listener


def optioned(case):
    """Return (kind of step, kind of listener, its options) for each registration that has some, by listener."""
    given = [step for step in case.steps if step[0] in REGISTERS and isinstance(step[-1], dict)]
    kind_of = {name: what.get("kind", "plain") for name, what in case.program["listeners"].items()}
    return {(step[0], step[2], kind_of[step[2]], frozenset(step[-1])) for step in given}


def silent(case):
    """Return the listeners that EventEmitter2 never calls. Nest hands it none that is an async function itself."""
    calls_tasks = case.program.get("nest", False)
    return {
        name for _, name, kind, options in optioned(case)
        if "nextTick" in options and ("promisify" in options or (kind == "task" and not calls_tasks))
    }  # fmt: skip


def staying(case):
    """Return the listeners that EventEmitter2 never removes."""
    return {name for how, name, *_ in optioned(case) if how in ("once", "many")}


@rule("an-option-defers", view=deliveries)
def defers(case):
    return bool(optioned(case))


@rule("an-option-loses-a-listener", leaves_out=silent)
def loses_a_listener(case):
    return bool(silent(case))


@rule("once-with-an-option-stays", leaves_out=staying)
def stays(case):
    return bool(staying(case))


@rule("who-is-not-waited-for-has-no-value", view=without(lambda line: line[0] == "emit_async"))
def emits_async_to_optioned(case):
    return bool(optioned(case)) and "emit_async" in kinds(case.steps)


# Errors


def got_an_error(line):
    """Return whether a line is about a listener of 'error' that got the error of another listener."""
    return line[0] in ("start", "end") and line[3].startswith("!")


def acts_when_told(case):
    """Return whether a listener that got an error does anything, or uses up its last call."""
    reported = {line[2] for line in case.bus["log"] if got_an_error(line)}
    counted = {step[2] for step in case.steps if step[0] in ("once", "many")}
    acting = {name for name, what in case.program["listeners"].items() if kinds(what.get("does", [])) - {"pause"}}
    return bool(reported & (counted | acting))


@rule("error-listeners-hear-of-tasks", view=lambda trace: without(got_an_error)(trace) | {"unhandled": []})
def task_failures_are_told_to_error(case):
    return any(map(got_an_error, case.bus["log"])) and not acts_when_told(case)


@rule("an-error-listener-that-acts")
def error_listeners_act(case):
    return any(map(got_an_error, case.bus["log"])) and acts_when_told(case)
