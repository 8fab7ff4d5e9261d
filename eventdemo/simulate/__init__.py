"""The simulator: it runs the real backend in virtual time, under any strategy, and returns a `Trace`.

`scenarios.py` lists what can happen, `strategies.py` how listeners run, `virtual_time.py` is the event loop, and
`run.py` joins them.
"""

from eventdemo.simulate.deadlock import NothingCanHappenError, StepLimitError
from eventdemo.simulate.run import SEED, compare, simulate
from eventdemo.simulate.scenario import Scenario
from eventdemo.simulate.scenarios import PATTERNS, PITFALLS, SCENARIOS, UnknownScenarioError, UnknownVariantError
from eventdemo.simulate.strategies import DEFAULTS, STRATEGIES, UnknownStrategyError
from eventdemo.simulate.virtual_time import VirtualClock, VirtualLoop, run
from eventdemo.trace.conditions import Conditions, ConditionsError, Crash

__all__ = [
    "DEFAULTS",
    "PATTERNS",
    "PITFALLS",
    "SCENARIOS",
    "SEED",
    "STRATEGIES",
    "Conditions",
    "ConditionsError",
    "Crash",
    "NothingCanHappenError",
    "Scenario",
    "StepLimitError",
    "UnknownScenarioError",
    "UnknownStrategyError",
    "UnknownVariantError",
    "VirtualClock",
    "VirtualLoop",
    "compare",
    "run",
    "simulate",
]
