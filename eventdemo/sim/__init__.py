"""The simulator: the real backend in virtual time, under any strategy; a `Trace` comes out.

`virtual_time.py` the loop, `strategies.py` the ways of running listeners, `scenarios.py` what happens, `run.py` one
run.
"""

from eventdemo.conditions import Conditions, ConditionsError, Crash
from eventdemo.sim.run import SEED, simulate
from eventdemo.sim.scenarios import PATTERNS, PITFALLS, SCENARIOS, Scenario, UnknownScenarioError, UnknownVariantError
from eventdemo.sim.strategies import DEFAULTS, STRATEGIES, UnknownStrategyError
from eventdemo.sim.stuck import NothingCanHappenError, StepLimitError
from eventdemo.sim.virtual_time import VirtualClock, VirtualLoop, run

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
