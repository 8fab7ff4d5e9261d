"""The explorer: every order in which waits can end, tried on the real bus and the real listeners.

`loop.py` lets a chooser decide what happens next; `choosers.py` and `search.py`, with `races.py`, are who may choose.
`experiment.py` is what is played, `claims.py` what is asked of it; `scenarios.py` and `pitfalls.py` play the backend of
`backend.py`. `explore.py` counts the ends, `smallest.py` picks the simplest, `report.py` tells them.
"""

from eventdemo.explore.experiment import Experiment, Journal, Run, play, touch, wait
from eventdemo.explore.explore import Exploration, explore
from eventdemo.explore.instrumented_bus import make_bus, telling
from eventdemo.explore.loop import Chooser, ChoosingLoop, First
from eventdemo.explore.replay import replay
from eventdemo.explore.schedulers import ByLatency, Drawn, Scripted, by_chance
from eventdemo.explore.search import Exhaustive

__all__ = [
    "ByLatency",
    "Chooser",
    "ChoosingLoop",
    "Drawn",
    "Exhaustive",
    "Experiment",
    "Exploration",
    "First",
    "Journal",
    "Run",
    "Scripted",
    "by_chance",
    "explore",
    "make_bus",
    "play",
    "replay",
    "telling",
    "touch",
    "wait",
]
