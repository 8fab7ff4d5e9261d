"""`eventdemo guarantees`: the verdict on each claim about order, under each strategy."""

from eventdemo.cli.options import Json


def guarantees(json: Json = False) -> None:
    """Check each claim about order.

    Run its program in every schedule, and print the verdict under each strategy: guaranteed, scheduler-dependent,
    race, or fails in every schedule. Some claims are refuted on purpose, so the exit code is 0 either way.
    """
    from eventdemo.explore.guarantees import table

    found = list(table.judgements())
    print(table.as_json(found) if json else table.as_text(found), end="")
