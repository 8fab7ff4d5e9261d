"""An exploration told in words: how schedules ended, the smallest that refutes the claim, and what to do with it."""

from eventdemo.explore.experiment import Run, told
from eventdemo.explore.explore import Exploration
from eventdemo.explore.loop import Step
from eventdemo.explore.replay import watched
from eventdemo.explore.search import independent
from eventdemo.explore.token import Token
from eventdemo.views import text
from eventdemo.views.excerpt import Excerpt


def report(found: Exploration, strategy: str) -> str:
    """Return everything that there is to say."""
    parts = [coverage(found), histogram(found)]
    if found.failing is None:
        caveat = "" if found.complete else " That is no proof: not every schedule was run."
        parts.append(f"No schedule refutes the claim: {found.experiment.claim}.{caveat}")
    else:
        parts += _refutation(found, found.failing, strategy)
    return "\n\n".join(parts) + "\n"


def coverage(found: Exploration) -> str:
    """Say which schedules were run."""
    name, number = found.experiment.name, f"{found.schedules:,}"
    order = "" if found.ready == "fifo" else ", in any order of ready callbacks"
    if not found.complete:
        return f"{name}: {number} of at least {found.at_least:,} schedules{order}, some random from seed {found.seed}."
    once = "" if order else "; those that differ only in the order of independent steps count once"
    return f"{name}: all {number} schedules{order}{once}."


def histogram(found: Exploration) -> str:
    """Count the outcomes, the most frequent first."""
    ranked = sorted(found.outcomes.items(), key=lambda entry: (-entry[1], entry[0]))
    return "\n".join(f"{count:>7,}  {_mark(found, outcome)} {outcome}" for outcome, count in ranked)


def _mark(found: Exploration, outcome: str) -> str:
    return "✓" if found.experiment.holds(outcome) else "✗"


def _refutation(found: Exploration, failing: Run, strategy: str) -> list[str]:
    token = token_of(found, failing, strategy)
    passing = found.nearest_passing()
    parts = [f"The claim is refuted: {found.experiment.claim}.\nThe smallest schedule against it: {failing.outcome}."]
    if not any(failing.choices):
        parts.append("It fails even in plain FIFO order, no interleaving needed.")
    parts.append(side_by_side(failing, passing))
    pictured = [_excerpt(found, token, "fails")]
    if passing is not None:
        pictured.append(_excerpt(found, token_of(found, passing, strategy), "passes"))
    parts.append(text.draw(pictured).rstrip())
    parts.append(f"Replay it:  eventdemo replay {token}\n\nA test to paste:\n\n{test_of(found, token)}")
    return parts


def token_of(found: Exploration, run: Run, strategy: str) -> Token:
    """Return what replays a run."""
    return Token(found.experiment.name, strategy, found.ready, run.choices)


def side_by_side(failing: Run, passing: Run | None) -> str:
    """List the steps of the failing schedule, and say which two come the other way round in the passing one."""
    lines = [f"{number:>3}. {told(step)}" for number, step in enumerate(failing.took)]
    if passing is not None and (pair := swapped(failing, passing)) is not None:
        first, second = pair
        lines.append(f"In the nearest schedule that passes, {told(second)} before {told(first)}.")
    return "\n".join(lines)


def swapped(failing: Run, passing: Run) -> tuple[Step, Step] | None:
    """Return the first two dependent steps of `failing` that have the opposite order in `passing`."""
    for index, first in enumerate(failing.took):
        for second in failing.took[index + 1 :]:
            both = first in passing.took and second in passing.took
            if both and not independent(first.touched, second.touched) and _before(passing, second, first):
                return first, second
    return None


def _before(run: Run, one: Step, other: Step) -> bool:
    return run.took.index(one) < run.took.index(other)


def _excerpt(found: Exploration, token: Token, verdict: str) -> Excerpt:
    run, spans = watched(token)
    return Excerpt(found.experiment.name, f"{verdict}: {run.outcome}", str(token), "", spans, ())


def test_of(found: Exploration, token: Token) -> str:
    """Return a test that fails as long as the schedule refutes the claim."""
    return (
        "from eventdemo.explore import replay\n\n\n"
        f"def test_{found.experiment.name.replace('-', '_')}():\n"
        f'    assert replay("{token}").holds  # {found.experiment.claim}\n'
    )
