"""An exploration told in words: how schedules ended, the smallest that refutes the claim, and what to do with it."""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from eventdemo.explore.experiment import Run, told
from eventdemo.explore.explore import Exploration
from eventdemo.explore.loop import Step
from eventdemo.explore.replay import watched
from eventdemo.explore.search import independent
from eventdemo.explore.token import Token
from eventdemo.views import text
from eventdemo.views.excerpt import Excerpt
from eventdemo.views.units import plural
from eventdemo.views.wording import clipped

COLUMN = 49
ONCE = "Schedules that differ only in the order of independent steps count as one."
Nth = tuple[Step, int]
"""A step, and how many equal ones came before it."""


def report(found: Exploration, strategy: str) -> str:
    """Return everything that there is to say."""
    parts = [coverage(found), histogram(found)]
    if found.failing is None:
        caveat = "" if found.complete else "\nThat is no proof: not every schedule was run."
        parts.append(f"No schedule refutes the claim: {found.experiment.claim}.{caveat}")
    else:
        parts += _refutation(found, found.failing, strategy)
    return "\n\n".join(parts) + "\n"


def coverage(found: Exploration) -> str:
    """Say which schedules were run."""
    name = found.experiment.name
    order = "" if found.ready == "fifo" else ", with any ready task next"
    if not found.complete:
        in_order = f"{found.schedules - found.sampled:,} schedules in order and {found.sampled:,} by chance"
        return f"{name}: {in_order} from seed {found.seed}, of at least {found.at_least:,}{order}."
    if found.schedules == 1:
        return f"{name}: there is only one schedule{order}.\n{ONCE}"
    return f"{name}: all {found.schedules:,} schedules{order}.\n{ONCE}"


def histogram(found: Exploration) -> str:
    """Count the outcomes, the most frequent first."""
    ranked = sorted(found.outcomes.items(), key=lambda entry: (-entry[1], entry[0]))
    return "\n".join(f"{count:>7,}  {_mark(found, outcome)} {outcome}" for outcome, count in ranked)


def _mark(found: Exploration, outcome: str) -> str:
    return "✓" if found.experiment.holds(outcome) else "✗"


def _refutation(found: Exploration, failing: Run, strategy: str) -> Iterator[str]:
    token, passing = token_of(found, failing, strategy), found.passing
    kind = "smallest schedule" if found.is_smallest else "smallest schedule found"
    yield f"The claim is refuted: {found.experiment.claim}.\nThe {kind} against it: {failing.outcome}."
    if found.fails_in_plain_order:
        yield "It fails even in plain FIFO order, no interleaving needed."
    if passing is None:
        yield "\n".join(_numbered(failing))
        yield text.draw([_excerpt(token, "fails")]).rstrip()
    else:
        other = token_of(found, passing, strategy)
        if (pair := swapped(failing, passing)) is not None:
            yield why(*pair)
        yield side_by_side(failing, passing)
        yield text.draw([_excerpt(token, "fails"), _excerpt(other, "passes")]).rstrip()
    yield f"Replay it:  eventdemo replay {token}"
    yield f"A test to paste:\n\n{test_of(found, token)}".rstrip()


def token_of(found: Exploration, run: Run, strategy: str) -> Token:
    """Return what replays a run."""
    return Token(found.experiment.name, strategy, found.ready, run.choices)


def why(first: Step, second: Step) -> str:
    """Say which two steps come the other way round where the claim holds."""
    shared = min(
        resource
        for resource, written in first.touched
        if isinstance(resource, str)
        and ((resource, True) in second.touched or (written and (resource, False) in second.touched))
    )
    earlier = f"{first.name} {_verb(first, shared)} {shared}"
    later = f"{second.name} {_verb(second, shared)} it"
    return f"{earlier} before {later}.\nIn the nearest schedule that passes, it is the other way round."


def _verb(step: Step, resource: str) -> str:
    return "writes" if (resource, True) in step.touched else "reads"


def side_by_side(failing: Run, passing: Run) -> str:
    """List the steps of both schedules, and mark those that differ; what touches nothing is left out."""
    lines = [f"    {'fails':{COLUMN - 2}} passes"]
    for ours, theirs in zip_longest(_numbered(failing), _numbered(passing), fillvalue=""):
        sign = " " if ours == theirs else "≠"
        lines.append(f"{sign} {clipped(ours, COLUMN):{COLUMN}} {clipped(theirs, COLUMN - 1)}".rstrip())
    return "\n".join(lines)


def _numbered(run: Run) -> list[str]:
    return [f"{n} {told(step)}" for n, step in enumerate(run.took) if step.touched]


def swapped(failing: Run, passing: Run) -> tuple[Step, Step] | None:
    """Return the first two dependent steps of `failing` that have the opposite order in `passing`."""
    here, there = _counted(failing), _counted(passing)
    places = {step: place for place, step in enumerate(there)}
    for index, first in enumerate(here):
        for second in here[index + 1 :]:
            both = first in places and second in places and places[second] < places[first]
            if both and not independent(first[0].touched, second[0].touched):
                return first[0], second[0]
    return None


def _counted(run: Run) -> list[Nth]:
    seen: Counter[Step] = Counter()
    counted = []
    for step in run.took:
        counted.append((step, seen[step]))
        seen[step] += 1
    return counted


def _excerpt(token: Token, verdict: str) -> Excerpt:
    run, spans, stalls = watched(token)
    steps = plural(len(run.took) - 1, "choice")
    return Excerpt(token.experiment, f"{verdict}, {run.outcome}", steps, "", spans, stalls)


def test_of(found: Exploration, token: Token) -> str:
    """Return a test that fails as long as the schedule refutes the claim."""
    name = "".join(c if c.isalnum() else "_" for c in found.experiment.name)
    return (
        "from eventdemo.explore import replay\n\n\n"
        f"def test_{name}():\n"
        f"    # {found.experiment.claim}\n"
        f'    assert replay("{token}").holds\n'
    )
