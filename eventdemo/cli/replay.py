"""`eventdemo replay`: run one explored schedule again."""

from typing import Annotated

import typer

from eventdemo.cli.errors import usage_errors


def replay(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="A schedule, as printed by `eventdemo explore`.")],
) -> None:
    """Run one schedule again. If it refutes the claim, exit with status 1."""
    from eventdemo.explore.catalogue import UnknownExperimentError, experiment
    from eventdemo.explore.experiment import describe_step
    from eventdemo.explore.properties import UnknownPropertyError
    from eventdemo.explore.replay import BadTokenError, parse, replay_traced
    from eventdemo.explore.schedulers import BadScheduleError
    from eventdemo.trace import text
    from eventdemo.trace.excerpt import Excerpt

    with usage_errors(BadScheduleError, BadTokenError, UnknownExperimentError, UnknownPropertyError):
        parsed = parse(token)
        run, spans, stalls, outages = replay_traced(parsed)
        claim = experiment(parsed.experiment, parsed.claim).claim
    print(f"The claim {'holds' if run.holds else 'is refuted'}: {claim}.\nOutcome: {run.outcome}.\n")
    for number, step in enumerate(run.steps):
        print(f"{number:>2} {describe_step(step)}")
    excerpt = Excerpt(parsed.experiment, parsed.strategy, str(parsed), "", spans, stalls, outages)
    print(f"\n{text.draw([excerpt])}", end="")
    raise typer.Exit(int(not run.holds))
