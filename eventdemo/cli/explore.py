"""The output of `explore`, `replay` and `guarantees`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from eventdemo.cli.errors import CommandError
from eventdemo.explore.catalogue import UnknownExperimentError, experiment
from eventdemo.explore.experiment import describe_step
from eventdemo.explore.explore import Exploration, explore
from eventdemo.explore.instrumented_bus import make_bus
from eventdemo.explore.properties import UnknownPropertyError
from eventdemo.explore.replay import replay_traced
from eventdemo.explore.report import report, token_of
from eventdemo.explore.schedulers import BadScheduleError
from eventdemo.explore.steps import Ready
from eventdemo.explore.token import BadTokenError, parse
from eventdemo.trace import text
from eventdemo.trace.excerpt import Excerpt


@contextmanager
def as_command_errors() -> Iterator[None]:
    """Turn a wrong name or token into an error of one line."""
    try:
        yield
    except (BadScheduleError, BadTokenError, UnknownPropertyError, UnknownExperimentError) as error:
        raise CommandError(str(error)) from error


@as_command_errors()
def print_exploration(name: str, claim: str, *, under: str, bound: int | None, ready: Ready, as_json: bool) -> int:
    """Explore an experiment; return exit status 1 if a schedule refutes its claim."""
    chosen = experiment(name, claim)
    found = explore(chosen, make_bus(under, chosen.bus), bound=bound, ready=ready)
    print(as_json_text(found, under) if as_json else report(found, under), end="")
    return int(found.refuted)


def as_json_text(found: Exploration, under: str) -> str:
    failing, nominal = found.failing, found.nominal
    return (
        json.dumps(
            {
                "experiment": found.experiment.name,
                "claim": found.experiment.claim,
                "claim_name": found.experiment.property_name or None,
                "strategy": under,
                "ready": found.ready,
                "schedules": found.schedules,
                "sampled": found.sampled,
                "at_least": found.at_least,
                "complete": found.complete,
                "outcomes": dict(sorted(found.outcomes.items())),
                "with_nominal_latencies": nominal.outcome if nominal else None,
                "refuted": found.refuted,
                "fails_in_fifo_order": found.fails_in_fifo_order,
                "token": str(token_of(found, failing, under)) if failing else None,
            },
            indent=2,
        )
        + "\n"
    )


@as_command_errors()
def print_replay(written: str) -> int:
    """Run a schedule again; return exit status 1 if it refutes the claim."""
    token = parse(written)
    run, spans, stalls, outages = replay_traced(token)
    claim = experiment(token.experiment, token.claim).claim
    print(f"The claim {'holds' if run.holds else 'is refuted'}: {claim}.\nOutcome: {run.outcome}.\n")
    for number, step in enumerate(run.steps):
        print(f"{number:>2} {describe_step(step)}")
    excerpt = Excerpt(token.experiment, token.strategy, str(token), "", spans, stalls, outages)
    print(f"\n{text.draw([excerpt])}", end="")
    return int(not run.holds)


def print_guarantees(*, as_json: bool) -> None:
    """Print all verdicts. Some claims are refuted on purpose, so the exit status is always 0."""
    from eventdemo.explore.guarantees import table

    found = list(table.judgements())
    print(table.as_json(found) if as_json else table.as_text(found), end="")
