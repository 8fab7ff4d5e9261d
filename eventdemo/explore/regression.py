"""The test that a report prints: it fails as long as its schedule does, and is worth keeping after the fix."""

from json import dumps
from shlex import quote

from eventdemo.explore.explore import explore
from eventdemo.explore.replay import Token, experiment_of, parse, replay
from eventdemo.explore.schedulers import BadScheduleError


def assert_holds(token: str, *, bound: int | None = None) -> None:
    """Run the schedule of a token, and if its claim holds there, every schedule up to `bound`.

    A fix often takes the schedule away, or gives its choices another meaning, so a replay alone would prove little.
    Raises `AssertionError` if a schedule refutes the claim.
    """
    __tracebackhide__ = True
    read = parse(token)
    found_by = ""
    try:
        if not (run := replay(token)).holds:
            raise AssertionError(f"{run.outcome}. Show it with: eventdemo replay {quote(token)}")
    except BadScheduleError:
        found_by = "The program no longer has this schedule, so all others ran.\n\n"
    ready = None if read.ready == "fifo" else read.ready  # by default, fifo comes first
    found = explore(experiment_of(read), strategy=read.strategy, ready=ready, bound=bound)
    if found.refuted:
        raise AssertionError(f"{found_by}{found.report()}")


def regression_test(claim: str, token: Token) -> str:
    name = "".join(c if c.isalnum() else "_" for c in token.experiment)
    return (
        "from eventdemo.explore import assert_holds\n\n\n"
        f"def test_{name}():\n"
        f"    # {claim}\n"
        f"    assert_holds({dumps(str(token))})\n"
    )
