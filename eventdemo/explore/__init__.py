"""The explorer: run a program under every order in which its waits can end, on the real bus and real listeners.

It is a dynamic partial-order reduction. `loop.py` runs one schedule, step by step, and asks a scheduler what happens
next; `schedulers.py`, `search.py` and `reduction.py` hold the schedulers. `experiment.py` defines a program with a
claim, `properties.py` its other claims; `scenarios.py` runs the backend of `backend.py`. `explore.py` counts
outcomes, `minimise.py` finds the smallest failing schedule, and `report.py` prints the result.
"""

from eventdemo.explore.experiment import EventLog, Experiment, Run, access, play, wait
from eventdemo.explore.explore import Exploration, explore
from eventdemo.explore.instrumented_bus import instrumented, make_bus
from eventdemo.explore.loop import ControlledLoop, FifoScheduler, Scheduler
from eventdemo.explore.reduction import Reduced
from eventdemo.explore.regression import assert_holds
from eventdemo.explore.replay import replay
from eventdemo.explore.schedulers import LatencyScheduler, RandomScheduler, ReplayScheduler
from eventdemo.explore.search import Exhaustive
from eventdemo.explore.shared import Shared

__all__ = [
    "ControlledLoop",
    "EventLog",
    "Exhaustive",
    "Experiment",
    "Exploration",
    "FifoScheduler",
    "LatencyScheduler",
    "RandomScheduler",
    "Reduced",
    "ReplayScheduler",
    "Run",
    "Scheduler",
    "Shared",
    "access",
    "assert_holds",
    "explore",
    "instrumented",
    "make_bus",
    "play",
    "replay",
    "wait",
]
