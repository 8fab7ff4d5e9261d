"""The explorer: every order in which waits can end, tried on the real bus and the real listeners.

`loop.py` lets a chooser decide what happens next, `choosers.py` and `search.py` are who may choose, `experiment.py` is
what is played, `explore.py` counts the ends, `report.py` tells them, `token.py` and `replay.py` play one again.
"""

from eventdemo.explore.choosers import Drawn, Scripted, by_chance
from eventdemo.explore.experiment import Experiment, Run, play, touch, wait
from eventdemo.explore.explore import Exploration, explore
from eventdemo.explore.loop import Chooser, ChoosingLoop, First
from eventdemo.explore.replay import replay
from eventdemo.explore.search import Exhaustive

__all__ = [
    "Chooser",
    "ChoosingLoop",
    "Drawn",
    "Exhaustive",
    "Experiment",
    "Exploration",
    "First",
    "Run",
    "Scripted",
    "by_chance",
    "explore",
    "play",
    "replay",
    "touch",
    "wait",
]
