"""What can be turned before a run: the settings of `simulate` that a slider or a menu can hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from eventdemo.sim import DEFAULTS
from mock_services import FaultPlan

Setting = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Knob:
    """One thing to turn: a number within bounds, or one of some words."""

    means: str
    to_setting: Callable[[Any], Setting]
    """What a value of it is to `simulate`."""
    low: float = 0
    high: float = 0
    step: float = 1
    words: Sequence[str] = ()


def _as(name: str) -> Callable[[Any], Setting]:
    return lambda value: {name: value}


def slower(factor: float) -> FaultPlan:
    """Return an ordinary day on which every service takes `factor` times as long."""
    plan = FaultPlan.realistic()
    return FaultPlan(
        **{
            name: replace(faults, latency=faults.latency.scaled(factor))
            for name, faults in (("oracle_fusion", plan.oracle_fusion), ("yardi", plan.yardi), ("fcm", plan.fcm))
        }
    )


KNOBS: Mapping[str, Knob] = MappingProxyType(
    {
        "users": Knob("users", _as("users"), 1, 40),
        "latency": Knob("services slower by", lambda factor: {"faults": slower(factor)}, 0.25, 4, 0.25),
        "strategy": Knob("strategy", _as("strategy"), words=DEFAULTS),
        "places": Knob("at most at a time", lambda places: {"strategy": f"bounded:{places}"}, 1, 24),
        "seed": Knob("seed", _as("seed"), 1, 20),
    }
)


class UnknownKnobError(ValueError):
    """There is nothing of this name to turn, or not that far."""


def settings_of(turned: Mapping[str, Any]) -> Setting:
    """Return what some values of knobs are to `simulate`."""
    settings: Setting = {}
    for name, value in turned.items():
        if name not in KNOBS:
            raise UnknownKnobError(f"There is no slider {name!r}: choose from {', '.join(KNOBS)}.")
        settings |= KNOBS[name].to_setting(_within(name, KNOBS[name], value))
    return settings


def _within(name: str, knob: Knob, value: Any) -> Any:
    if knob.words:
        if value not in knob.words:
            raise UnknownKnobError(f"{name} is one of {', '.join(knob.words)}, not {value!r}.")
    elif not isinstance(value, int | float) or not knob.low <= value <= knob.high:
        raise UnknownKnobError(f"{name} goes from {knob.low:g} to {knob.high:g}, not to {value!r}.")
    return value
