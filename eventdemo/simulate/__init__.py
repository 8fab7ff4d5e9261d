"""The simulator: the real backend in virtual time, under any strategy; a `Trace` comes out.

`virtual_time.py` the loop, `strategies.py` the ways of running listeners, `scenarios.py` what happens, `run.py` one
run.
"""

from eventdemo.simulate.deadlock import NothingCanHappenError, StepLimitError
from eventdemo.simulate.run import SEED, simulate
from eventdemo.simulate.scenarios import (
    PATTERNS,
    PITFALLS,
    SCENARIOS,
    Scenario,
    UnknownScenarioError,
    UnknownVariantError,
)
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
    "run",
    "simulate",
]
