"""Programs for emitters: data that both runners understand, and Hypothesis strategies that write them.

    {"wildcard": false,
     "listeners": {"f": {"kind": "task", "does": [["pause"], ["emit", "b"]], "ends": "value"}},
     "steps": [["on", "a", "f"], ["emit", "a"], ["settle"]]}

A listener is `plain`, a `task` (an async function), or a plain function that returns an `awaitable`: its steps run
inline up to the first pause. It does its steps when it is called for the first time, later only the pauses, so every
program ends. It ends with a `value` (its name), with `nothing`, or it `raises`. The steps:

    on once prepend (name, listener)   many (name, listener, ttl)   on_any (listener)
        and at the end, but for on_any, EventEmitter2's options: {"async": true}, "promisify", "nextTick"
    wait_for (name): a line says when it came, or that it never did
    off (name, listener)   off_any (listener)   off_all (name, or nothing for all)
    emit (name)   emit_async (name): call and await   call_async (name): call now, await at the end of the program
    listeners (name)   names   settle: wait until nothing runs   pause: one turn, in a task or an awaitable only

A program may set `max_listeners`; each warning has a line. With `nest`, every `on` is a method marked with Nest's
@OnEvent or with our @on_event, and the trace has a list of what was `logged`.

An emission is known by the place of its step: `2` is the program's third step, `f.1` the second one of listener f. A
trace is `{"log": [...], "unhandled": [...]}`; each line of the log starts with what happened and in which strand, which
is `main` or a listener that waits, such as `f@2`.
"""

from functools import cache
from itertools import product

from hypothesis import strategies as st

REGISTERS = {"on", "once", "many", "prepend", "on_any"}
REMOVES = {"off", "off_any", "off_all"}
EMITS = {"emit", "emit_async", "call_async"}
LISTENERS = "fghk"
DOTTED = "a b a.b a.c b.c a.b.c"
WEIGHT = 240  # entries for each kind; not below the number of its variants
PATTERNS = "* ** a.* a.** *.b *.* *.b.*"


@cache
def step_of(kinds, names):
    """Return a strategy of steps of some kinds, each kind as likely as it is often named."""
    steps = []
    for kind in kinds.split():
        variants = variants_of(kind, names.split())
        steps += variants * (WEIGHT // len(variants))
    return st.sampled_from(steps).map(list)


def variants_of(kind, names):
    """Return every step of one kind."""
    if kind in ("settle", "names"):
        return [(kind,)]
    if kind in ("on_any", "off_any"):
        return [(kind, listener) for listener in LISTENERS]
    if kind in ("emit", "emit_async", "listeners", "off_all", "wait_for"):
        return [(kind, name) for name in names]
    named = list(product([kind], names, LISTENERS))
    return [(*step, ttl) for step in named for ttl in (1, 2, 3)] if kind == "many" else named


@cache
def shape_of(kinds):
    """Return a strategy of what listeners are, how they end, and where they pause."""
    shapes = []
    for kind, ends in product(kinds.split(), ["value", "value", "nothing", "raises"]):
        pauses = [()] if kind == "plain" else [(), (0,), (1,), (0, 0), (0, 1), (0, 2, 2), (0, 0, 0, 0)]
        shapes += [(kind, ends, where) for where in pauses] * (7 // len(pauses))
    return st.sampled_from(shapes)


def listener_of(draw, kinds, does, names):
    """Draw one listener: what it is, does and ends with."""
    kind, ends, pauses = draw(shape_of(kinds))
    steps = draw(st.lists(step_of(does, names), max_size=3)) if does else []
    for place in pauses:
        steps.insert(place, ["pause"])
    if kind == "awaitable" and ["pause"] not in steps:
        steps.append(["pause"])
    return {"kind": kind, "does": steps, "ends": ends}


@st.composite
def exact_programs(draw):
    """Draw a program without wildcards: the order of everything is compared."""
    kinds = draw(st.sampled_from(["plain", "plain task", "plain task awaitable"]))
    names = draw(st.sampled_from(["a", "a b", "a b c", "a error"]))
    reported = "error" in names and kinds != "plain"  # of failures of tasks: then listeners do nothing more
    waits = "" if reported else draw(st.sampled_from(["", "", "wait_for wait_for"]))
    does = "" if reported or waits else "emit emit on once prepend many off off off_all"
    counted = "" if reported else "once"
    listeners = {f: listener_of(draw, kinds, does, names) for f in LISTENERS}
    first = draw(
        st.lists(step_of(f"on on prepend {counted} {counted and 'many'} {waits}", names), min_size=1, max_size=6)
    )
    then = f"emit emit emit_async settle on {counted} {waits} prepend off off_all listeners names"
    rest = draw(st.lists(step_of(then, names), min_size=1, max_size=7))
    return {"wildcard": False, "listeners": listeners, "steps": settled(first + rest), **limit_of(draw)}


def limit_of(draw):
    """Draw how many listeners a name may have before a warning."""
    return {"max_listeners": draw(st.integers(1, 3))} if draw(st.booleans()) else {}


OPTIONS = [
    dict.fromkeys(keys, True)
    for keys in (["async"], ["promisify"], ["async", "promisify"], ["nextTick"], ["nextTick", "promisify"])
]


@st.composite
def optioned_programs(draw):
    """Draw a program with EventEmitter2's options; its listeners only pause, and all comes to rest after each emit.

    Some fail where no emitter waits; elsewhere it would be two differences at once.
    """
    listeners = {f: listener_of(draw, "plain task awaitable", "", "a b") for f in LISTENERS}
    awaits = draw(st.booleans())
    for what in listeners.values():
        what["ends"] = "value" if awaits or what["kind"] == "plain" else what["ends"]
    first = draw(st.lists(step_of("on on on prepend once many", "a b"), min_size=1, max_size=5))
    optioned = [[*step, draw(st.sampled_from(OPTIONS))] if draw(st.booleans()) else step for step in first]
    rest = draw(st.lists(step_of(f"emit emit {'emit_async' if awaits else ''} off", "a b"), min_size=1, max_size=5))
    return {"wildcard": False, "listeners": listeners, "steps": settled(optioned + rest, always=True)}


@st.composite
def nest_programs(draw):
    """Draw a program whose listeners are marked methods, with or without options; all rests after each emit."""
    listeners = {f: listener_of(draw, "plain task awaitable", "", "a b") for f in LISTENERS}
    first = draw(st.lists(step_of("on", "a b"), min_size=1, max_size=5))
    optioned = [[*step, draw(st.sampled_from(OPTIONS))] if draw(st.booleans()) else step for step in first]
    rest = draw(st.lists(step_of("emit emit_async", "a b"), min_size=1, max_size=5))
    steps = settled(optioned + rest, always=True)
    return {"wildcard": False, "nest": True, "listeners": listeners, "steps": steps}


@st.composite
def free_programs(draw):
    """Draw a program whose order is not promised by both: wildcards, `on_any`, `emit_async` within listeners.

    What its listeners do does not change who is called, so that the same deliveries can be expected.
    """
    wildcard = draw(st.booleans())
    names = DOTTED if wildcard else "a b"
    kinds = draw(st.sampled_from(["plain", "plain task awaitable"]))
    does, counted = draw(st.sampled_from([("", "once many"), ("emit", ""), ("emit", "")]))
    listeners = {f: listener_of(draw, kinds, does, names) for f in LISTENERS}
    for what in listeners.values():
        if does or what["kind"] == "plain":
            what["ends"] = "value"
        if does and what["kind"] == "task" and draw(st.booleans()):
            what["does"].append(draw(step_of("emit_async", names)))
    heard = f"{names} {PATTERNS}" if wildcard else names
    first = draw(st.lists(step_of(f"on on on_any prepend {counted}", heard), min_size=1, max_size=7))
    rest = draw(st.lists(step_of("emit emit emit_async off", names), min_size=1, max_size=6))
    return {"wildcard": wildcard, "listeners": listeners, "steps": settled(first + rest, always=True), **limit_of(draw)}


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


def everywhere(program):
    """Return the steps of a program and of its listeners."""
    return program["steps"] + [step for what in program["listeners"].values() for step in what.get("does", [])]


def within(program):
    """Return the steps that listeners do."""
    return [step for what in program["listeners"].values() for step in what.get("does", [])]


def kinds(steps):
    """Return which kinds of steps there are."""
    return {step[0] for step in steps}
