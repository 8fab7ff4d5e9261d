"""`eventdemo replay`: run one explored schedule again."""

from typing import Annotated

import typer

from eventdemo.cli.fakes import Failures, Latencies, changed_fakes
from eventdemo.cli.watch import watched


def replay(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="A schedule, as printed by `eventdemo explore`.")],
    latency: Latencies = None,
    fail: Failures = None,
) -> None:
    """Run one schedule again. If it refutes the claim, exit with status 1."""
    from eventdemo.explore.replay import experiment_of, parse, replay_traced
    from eventdemo.explore.report import step_lines
    from eventdemo.trace import text
    from eventdemo.trace.excerpt import Excerpt

    parsed = parse(token)
    places: list[str] = []
    with changed_fakes(latency, fail), watched(parsed.experiment):
        experiment = experiment_of(parsed)
        run, spans, stalls, outages = replay_traced(parsed, places)
    print(f"The claim {'holds' if run.holds else 'is refuted'}: {experiment.claim}.\nOutcome: {run.outcome}.\n")
    print("\n".join(step_lines(experiment, run, places)))
    if spans:
        excerpt = Excerpt(parsed.experiment, parsed.strategy, str(parsed), "", spans, stalls, outages)
        print(f"\n{text.draw([excerpt])}", end="")
    raise typer.Exit(int(not run.holds))
