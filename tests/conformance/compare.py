"""Holds the traces of one program against each other: equal, explained by known differences, or not."""

import json
from itertools import chain, combinations

from tests.conformance.differences import RULES
from tests.conformance.rules import Case, deliveries

ALL = tuple(RULES.values())


class UnlistedDifferenceError(AssertionError):
    """EventEmitter2 and EventBus differ on a program, and no difference in the table says so."""


def modes_for(program, rules):
    """Return the modes in which some rules want EventEmitter2 to run a program."""
    case = Case(program, {}, {})
    return ",".join(sorted({rule.mode for rule in rules if rule.mode and rule.applies(case)}))


def traces_of(program, ee2):
    """Return what EventEmitter2 makes of a program: as it is, and with every mode that applies."""
    return {modes: ee2(program, modes) for modes in ("", modes_for(program, ALL))}


def explained(program, ee2, bus, rules=ALL):
    """Return the names of the differences that explain two traces, none if they are equal; raise if nothing does.

    `ee2` holds EventEmitter2's traces by the modes they were made in.
    """
    if ee2[""] == bus:
        return []
    modes = modes_for(program, rules)
    case = Case(program, ee2[modes], bus)
    names = [rule.name for rule in rules if rule.mode and rule.applies(case)]
    if case.ee2 == bus:
        return names
    views = [rule for rule in rules if not rule.mode and not rule.excuses and rule.applies(case)]
    for chosen in chain.from_iterable(combinations(views, size) for size in range(1, len(views) + 1)):
        if seen(case, case.ee2, chosen) == seen(case, bus, chosen):
            return names + [rule.name for rule in chosen]
    if excuses := [rule.name for rule in rules if rule.excuses and rule.applies(case)]:
        return names + excuses
    raise UnlistedDifferenceError(report(case, names + [view.name for view in views]))


def seen(case, trace, views):
    """Return what the views of some rules leave of a trace."""
    for rule in sorted(views, key=lambda rule: rule.view is deliveries):  # that one changes the shape of the lines
        trace = rule.seen(case, trace)
    return trace


def report(case, applied):
    """Name the program and the line where the two traces differ."""
    pairs = zip(case.ee2["log"] + [None], case.bus["log"] + [None], strict=False)
    place = next((i for i, (left, right) in enumerate(pairs) if left != right), None)
    lines = [
        "EventEmitter2 and EventBus differ, and differences.toml has no name for it.",
        "program: " + json.dumps(case.program),
        "allowed for: " + (", ".join(applied) or "nothing"),
        f"the logs part at line {place}",
    ]
    for name, trace in (("EventEmitter2", case.ee2), ("EventBus", case.bus)):
        lines += [f"{name}:", *(f"  {i}. {json.dumps(line)}" for i, line in enumerate(trace["log"]))]
        lines.append("  unhandled: " + json.dumps(trace["unhandled"]))
    return "\n".join(lines)
