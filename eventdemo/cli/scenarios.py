"""`eventdemo scenarios`: the list of what can be run."""

from eventdemo.simulate.scenarios import PATTERNS, PITFALLS, SCENARIOS


def scenarios() -> None:
    """List the scenarios."""
    from eventdemo.trace.report import wrapped

    width = max(map(len, SCENARIOS))
    for heading, names in (
        ("Patterns, done right: `compare` shows a column for each strategy.", PATTERNS),
        ("Pitfalls: `compare` shows a column for the broken version and one for each fix.", PITFALLS),
    ):
        print(heading)
        for name in names:
            print(wrapped(f"  {name:<{width}}  {SCENARIOS[name]}", indent=width + 4))
        print()
