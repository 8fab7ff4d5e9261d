"""The report of an exploration: outcomes, the smallest schedule that refutes the claim, and how to replay it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from shlex import quote
from textwrap import wrap

from eventdemo.core.wording import plural
from eventdemo.explore.accesses import describe_part
from eventdemo.explore.experiment import Experiment, Run, describe_accesses, describe_step
from eventdemo.explore.explore import Exploration
from eventdemo.explore.properties import properties_of
from eventdemo.explore.races import independent
from eventdemo.explore.regression import regression_test
from eventdemo.explore.replay import Token, play_traced
from eventdemo.explore.schedulers import ReplayScheduler
from eventdemo.explore.steps import ANYTHING, TASK, Step
from eventdemo.explore.waiting_loop import QUEUE, THREADS
from eventdemo.simulate.outcome import raised_at
from eventdemo.trace import text
from eventdemo.trace.excerpt import Excerpt

BROKEN = (
    "The program promises to declare what its tasks share, but it doesn't: a random schedule ends in another way than\n"
    "all that the search ran. Declare the rest with access() or Shared(), or omit declared=True."
)
NO_PROOF = "This is not a proof, because not every schedule ran."
MORE = "\nTo run more of them, raise --bound; to need fewer, explore fewer tasks and waits."
COLUMN = 49
ONCE = "Schedules that differ only in the order of independent steps count as one."
EACH = "Each schedule is one order in which the waits can end, however long they take."
ONLY = (
    "At most one wait can end at any time, so there is no other order.\n"
    "If a fake answers at once, let it sleep as a network would."
)


def report(found: Exploration) -> str:
    parts = [coverage(found), histogram(found)]
    if (run := found.nominal) is not None:
        parts.append(f"If each wait takes its nominal time: {'✓' if run.holds else '✗'} {run.outcome}.")
    if found.failing is None:
        caveat = "" if found.complete else f"\n{NO_PROOF}{MORE * bool(found.sampled)}"
        parts.append(f"No schedule refutes the claim: {found.experiment.claim}.{caveat}")
        parts += _others(found, found.excerpts())
    else:
        parts += _refutation(found, found.failing)
    return "\n\n".join(parts) + "\n"


ORDERS = {
    "fifo": "",
    "turns": " (several waits may end on the same turn of the loop)",
    "any": " (any ready task may run next)",
}


def coverage(found: Exploration) -> str:
    """Return which schedules ran, and what the result rests on."""
    return "\n".join([_ran(found), *_rests_on(found)])


def _ran(found: Exploration) -> str:
    """Return the finding: in how many schedules the claim fails."""
    name, order = found.experiment.name, ORDERS[found.ready]
    if found.broken_promise is not None:
        return f"{name}: ran {found.schedules:,} schedules{order}."
    verdict = f"{name} {'fails' if found.refuted else 'passes'} in {_how_many(found)}"
    if THREADS in found.assumed and not found.refuted:
        verdict += " if nothing interrupts its threads"
    if found.complete:
        return f"{verdict}{order}."
    depth_first = found.schedules - found.sampled
    how = f"{depth_first:,} depth-first, {found.sampled:,} random (seed {found.seed})"
    return f"{verdict}{order}: {how}. There are at least {found.at_least:,} schedules."


def _how_many(found: Exploration) -> str:
    if found.complete and found.schedules == 1:
        return "the only possible schedule"
    some = f"{found.failures:,} of" if 0 < found.failures < found.schedules else "all"
    return f"{some} {plural(found.schedules, 'schedule' if found.complete else 'run')}"


def _rests_on(found: Exploration) -> Iterator[str]:
    if found.broken_promise is not None:
        yield BROKEN
    elif found.complete:
        yield ONCE if found.reduced else EACH if found.schedules > 1 else ONLY
    assumed = sorted(found.assumed)
    if found.ready == "fifo" and not found.experiment.declared:
        assumed.append("two waits never end on the same turn of the loop (try --ready turns)")
    if assumed:
        yield f"Assumed: {'; '.join(assumed)}."


def histogram(found: Exploration) -> str:
    ranked = sorted(found.outcomes.items(), key=lambda entry: (-entry[1], entry[0]))
    return "\n".join(f"{count:>7,}  {'✗' if it in found.refuting else '✓'} {it}" for it, count in ranked)


def _refutation(found: Exploration, failing: Run) -> Iterator[str]:
    token, passing = token_of(found, failing), found.passing
    smallest = "smallest" if found.is_smallest else "smallest known"
    schedule = f"The {smallest} failing schedule: {failing.outcome}."
    place = f"\nRaised at {line}" if (line := raised_at(failing.error)) else ""
    yield f"The claim is refuted: {found.experiment.claim}.\n{schedule}{place}"
    if found.fails_in_fifo_order and passing is None:
        yield "It fails even in FIFO order, so this is not a race."
    elif found.fails_in_fifo_order and found.nominal is None:
        yield "It fails even if waits end in the order in which they began."
    if passing is None:
        if steps := steps_of(found, failing):
            yield "\n".join(steps)
    else:
        if (pair := reversed_pair(failing, passing)) is not None:
            yield why(*pair)
        yield side_by_side(steps_of(found, failing), steps_of(found, passing))
    excerpts = found.excerpts()
    if any(excerpt.spans for excerpt in excerpts):  # else nothing was emitted
        yield text.draw(excerpts).rstrip()
    yield "\n".join([*_others(found, excerpts), ""]) + f"Replay it:  eventdemo replay {quote(str(token))}"
    yield f"A test to paste:\n\n{regression_test(found.experiment.claim, token)}".rstrip()


def _others(found: Exploration, excerpts: Sequence[Excerpt]) -> Iterator[str]:
    """Name the other claims, most of which are about deliveries."""
    if not (found.experiment.declared or any(excerpt.spans for excerpt in excerpts)):
        return
    first = next((known.name for known in found.experiment.properties), "")
    names = [name for name in properties_of(found.experiment) if name != (found.experiment.property_name or first)]
    yield f"Try another claim:  --claim {' | '.join(names)}"


def token_of(found: Exploration, run: Run, strategy: str = "") -> Token:
    experiment = found.experiment
    strategy = strategy or found.strategy
    return Token(
        experiment.name, strategy, found.ready, run.choices, experiment.property_name, cancel=experiment.cancel
    )


def why(first: Step, second: Step) -> str:
    """Return which two steps have the opposite order in the passing schedule."""
    order = f"{first.name} goes on before {second.name}"
    if reason := _reason(first, second):
        one, other = reason
        it = "them" if one.startswith("user ") and one.endswith("s") else "it"
        later = it if other == one else other
        order = f"{first.name} {_verb(first, one)} {one} before {second.name} {_verb(second, other)} {later}"
    return f"{order}.\nIn the nearest passing schedule, they have the opposite order."


def _reason(first: Step, second: Step) -> tuple[str, str] | None:
    """Return the resource through which two steps depend on each other, as each describes it; None if one does not."""
    shared = _shared(first, second)
    one, other = (describe_part(step, shared) if shared else "" for step in (first, second))
    return (one, other) if one and other else None


def _shared(first: Step, second: Step) -> str | None:
    """Return a resource through which two steps depend on each other."""
    conflicts = (
        resource
        for resource, written in first.accesses
        if isinstance(resource, str)
        and resource != ANYTHING
        and ((resource, True) in second.accesses or (written and (resource, False) in second.accesses))
    )
    return max(conflicts, default=None)


def _verb(step: Step, resource: str) -> str:
    return "writes" if (resource, True) in step.accesses else "reads"


def side_by_side(failing: Sequence[str], passing: Sequence[str]) -> str:
    """Return the steps of both schedules in two columns; mark the differences."""
    lines = [f"    {'fails':{COLUMN - 2}} passes"]
    for ours, theirs in zip_longest(failing, passing, fillvalue=""):
        sign = " " if ours == theirs else "≠"
        for left, right in zip_longest(_wrapped(ours), _wrapped(theirs), fillvalue=""):
            lines.append(f"{sign} {left:{COLUMN}} {right}".rstrip())
            sign = " "
    return "\n".join(lines)


def _wrapped(step: str) -> list[str]:
    return wrap(step, COLUMN - 1, subsequent_indent=" " * 6) or [""]


def steps_of(found: Exploration, run: Run) -> list[str]:
    """Return the steps that access something. A program that declares nothing has the line of each await instead."""
    places: list[str] = []
    if not found.experiment.declared:
        found.play(ReplayScheduler(run.choices, places))
    return step_lines(found.experiment, run, places, all_steps=False)


def step_lines(experiment: Experiment, run: Run, places: Sequence[str], *, all_steps: bool = True) -> list[str]:
    """Return a numbered line for each step, or only for those that access something."""
    width = len(str(len(run.steps) - 1))
    if not experiment.declared:
        steps = [*zip(places, run.steps[1:], strict=False)]
        waits = [f"{place} {describe_accesses(_data_of(step))}".rstrip() for place, step in steps if shown(step)]
        return [f"{n:>{width}} {wait}" for n, wait in enumerate(waits, 1)]
    numbered = enumerate(run.steps)
    return [
        f"{n:>{width}} {describe_step(step)}" for n, step in numbered if all_steps or (step.accesses and shown(step))
    ]


def _data_of(step: Step) -> Step:
    """Return a step without its accesses to tasks, because the program's author did not write them."""
    return step._replace(accesses=frozenset(each for each in step.accesses if not str(each[0]).startswith(TASK)))


def shown(step: Step) -> bool:
    """Return whether a step says something to readers, unlike a library's thread that opens a cursor."""
    return bool(describe_accesses(step)) or not any(str(resource).startswith(QUEUE) for resource, _ in step.accesses)


def reversed_pair(failing: Run, passing: Run) -> tuple[Step, Step] | None:
    """Return two dependent steps of `failing` that have the opposite order in `passing`: the first with a reason."""
    pairs = [*reversed_pairs(failing, passing)]
    return next((pair for pair in pairs if _reason(*pair)), pairs[0] if pairs else None)


def reversed_pairs(failing: Run, passing: Run) -> Iterator[tuple[Step, Step]]:
    here = _counted(failing)
    places = {step: place for place, step in enumerate(_counted(passing))}
    for index, first in enumerate(here):
        for other, second in enumerate(here[index + 1 :], index + 1):
            if first in places and second in places and places[second] < places[first]:
                one, two = failing.steps[index], failing.steps[other]
                if not independent(one.accesses, two.accesses):
                    yield one, two


def _counted(run: Run) -> list[tuple[str, int]]:
    """Return the description of each step, and how many equal ones came before it."""
    seen: Counter[str] = Counter()
    counted = []
    for step in map(describe_step, run.steps):
        counted.append((step, seen[step]))
        seen[step] += 1
    return counted


def excerpt_of(found: Exploration, run: Run, verdict: str) -> Excerpt:
    run, spans, stalls, outages = play_traced(found.experiment, found.make_bus(), run.choices, found.ready)
    steps = plural(len(run.steps) - 1, "choice")
    return Excerpt(found.experiment.name, f"{verdict}, {run.outcome}", steps, "", spans, stalls, outages)
