"""A picture for a page: STORY THEME, or STORY THEME narrow for a phone."""

import sys

from eventdemo.simulate import simulate
from eventdemo.simulate.strategies import DEFAULTS
from eventdemo.trace import svg
from eventdemo.trace.excerpt import Excerpt, about, first, representative_subject
from eventdemo.trace.record import Trace


def five_ways() -> list[Excerpt]:
    return about_somebody([simulate("fan-out", strategy=strategy) for strategy in DEFAULTS])


def failing_sync() -> list[Excerpt]:
    runs = [simulate("sync-profile", strategy=strategy, users=3, oracle="down") for strategy in ("awaited", "detached")]
    return about_somebody(runs)


def instances() -> list[Excerpt]:
    """Three instances poll for two people, which makes three of everything, and one dies over it."""
    return [first(simulate("fan-out", users=2, instances=3, crashes=["B@0.2..0.7"]))]


def about_somebody(traces: list[Trace]) -> list[Excerpt]:
    return [about(trace, representative_subject(traces)) for trace in traces]


STORIES = {"five-ways": five_ways, "failing-sync": failing_sync, "instances": instances}

story, theme, *narrow = sys.argv[1:]
print(svg.draw(STORIES[story](), theme="dark" if theme == "dark" else "light", width=366 if narrow else svg.WIDE))
