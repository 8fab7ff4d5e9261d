"""Programs for emitters: data that both runners understand, and Hypothesis strategies that write them.

    {"wildcard": false,
     "listeners": {"f": {"kind": "task", "does": [["pause"], ["emit", "b"]], "ends": "value"}},
     "steps": [["on", "a", "f"], ["emit", "a"], ["settle"]]}

A listener is `plain`, a `task` (an async function), or a plain function that returns an `awaitable`: its steps run
inline up to the first pause. It does its steps when it is called for the first time, later only the pauses, so every
program ends. It ends with a `value` (its name), with `nothing`, or it `raises`. The steps:

    on once prepend (name, listener)   many (name, listener, ttl)   on_any (listener)
    off (name, listener)   off_any (listener)   off_all (name, or nothing for all)
    emit (name)   emit_async (name): call and await   call_async (name): call now, await at the end of the program
    listeners (name)   names   settle: wait until nothing runs   pause: one turn, in a task or an awaitable only

An emission is known by the place of its step: `2` is the program's third step, `f.1` the second one of listener f. A
trace is `{"log": [...], "unhandled": [...]}`; each line of the log starts with what happened and in which strand, which
is `main` or a listener that waits, such as `f@2`.
"""

from hypothesis import strategies as st

REGISTERS = {"on", "once", "many", "prepend", "on_any"}
REMOVES = {"off", "off_any", "off_all"}
EMITS = {"emit", "emit_async", "call_async"}
PLAIN = ["a", "b", "c"]
DOTTED = ["a", "b", "a.b", "a.c", "b.c", "a.b.c"]
PATTERNS = ["*", "**", "a.*", "a.**", "*.b", "*.*", "*.b.*"]
LISTENERS = "fghk"


def step_of(kinds, names, listeners):
    """Return a strategy of steps of some kinds."""
    name, listener = st.sampled_from(names), st.sampled_from(listeners)
    arguments = {
        "many": (name, listener, st.integers(1, 3)),
        "on_any": (listener,),
        "off_any": (listener,),
        "off_all": (name,),
        "settle": (),
        "names": (),
        "pause": (),
    }
    named = dict.fromkeys(["emit", "emit_async", "listeners"], (name,))
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.tuples(st.just(kind), *(arguments | named).get(kind, (name, listener))).map(list)
    )


@st.composite
def listener_of(draw, kinds, does, names, ends=("value", "value", "nothing", "raises")):
    """Draw one listener: what it is, does and ends with."""
    kind = draw(st.sampled_from(kinds))
    steps = draw(st.lists(step_of(does, names, LISTENERS), max_size=3))
    if kind != "plain":
        for place in draw(st.lists(st.integers(0, len(steps)), max_size=3)):
            steps.insert(place, ["pause"])
    if kind == "awaitable":
        steps.append(["pause"])
    return {"kind": kind, "does": steps, "ends": draw(st.sampled_from(ends))}


@st.composite
def exact_programs(draw):
    """Draw a program without wildcards: the order of everything is compared."""
    kinds = draw(st.sampled_from([["plain"], ["plain", "task"], ["plain", "task", "awaitable"]]))
    names = draw(st.sampled_from([["a"], ["a", "b"], PLAIN, ["a", "error"]]))
    does = ["emit", "emit", "on", "once", "prepend", "many", "off", "off", "off_all"]
    listeners = {f: draw(listener_of(kinds, does, names)) for f in LISTENERS}
    first = draw(st.lists(step_of(["on", "on", "once", "many", "prepend"], names, LISTENERS), min_size=1, max_size=6))
    then = ["emit", "emit", "emit_async", "settle", "on", "once", "prepend", "off", "off_all", "listeners", "names"]
    rest = draw(st.lists(step_of(then, names, LISTENERS), min_size=1, max_size=7))
    return {"wildcard": False, "listeners": listeners, "steps": settled(first + rest)}


@st.composite
def free_programs(draw):
    """Draw a program whose order is not promised by both: wildcards, `on_any`, `emit_async` within listeners."""
    wildcard = draw(st.booleans())
    names = DOTTED if wildcard else PLAIN
    kinds = draw(st.sampled_from([["plain"], ["plain", "task", "awaitable"]]))
    does, adds = draw(st.sampled_from([([], ["once", "many"]), (["emit"], []), (["emit", "emit"], [])]))
    listeners = {}
    for f in LISTENERS:
        listeners[f] = draw(listener_of(kinds, does or ["emit"], names)) if does else draw(idle(kinds))
        if listeners[f]["kind"] != "task":
            listeners[f]["ends"] = "value"
        elif does and draw(st.booleans()):
            listeners[f]["does"].append(["emit_async", draw(st.sampled_from(names))])
    heard = names + PATTERNS if wildcard else names
    kept = ["on", "on", "on_any", "prepend", *adds]
    first = draw(st.lists(step_of(kept, heard, LISTENERS), min_size=1, max_size=7))
    rest = draw(st.lists(step_of(["emit", "emit", "emit_async", "off"], names, LISTENERS), min_size=1, max_size=6))
    return {"wildcard": wildcard, "listeners": listeners, "steps": settled(first + rest, always=True)}


@st.composite
def idle(draw, kinds):
    """Draw a listener that does nothing but wait."""
    kind = draw(st.sampled_from(kinds))
    pauses = 0 if kind == "plain" else draw(st.integers(kind == "awaitable", 3))
    return {"kind": kind, "does": [["pause"]] * pauses, "ends": draw(st.sampled_from(["value", "nothing", "raises"]))}


def settled(steps, *, always=False):
    """Let what runs come to rest around each `emit_async` (or, `always`, after each emit): else luck orders it."""
    return [
        spaced
        for step in steps
        for spaced in (
            [["settle"], step, ["settle"]] if step[0] == "emit_async"
            else [step, ["settle"]] if always and step[0] == "emit"
            else [step]
        )
    ]  # fmt: skip


def programs():
    """Return the strategy that the comparison draws from."""
    return st.one_of(exact_programs(), exact_programs(), free_programs())


def everywhere(program):
    """Return the steps of a program and of its listeners."""
    return program["steps"] + [step for what in program["listeners"].values() for step in what.get("does", [])]


def within(program):
    """Return the steps that listeners do."""
    return [step for what in program["listeners"].values() for step in what.get("does", [])]


def kinds(steps):
    """Return which kinds of steps there are."""
    return {step[0] for step in steps}
