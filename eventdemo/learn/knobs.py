"""What can be turned before a run: the settings of `simulate` that a slider or a menu can hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from eventdemo.simulate import DEFAULTS
from eventdemo.simulate.program import variants_of
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
        "variant": Knob("variant", _as("variant")),
        "places": Knob("at most at a time", lambda places: {"strategy": f"bounded:{places}"}, 1, 24),
        "instances": Knob("instances", _as("instances"), 1, 6),
        "crash": Knob("instance A is killed at", lambda seconds: {"crashes": (f"A@{seconds:g}",)}, 0.01, 1.0, 0.01),
        "repair": Knob(
            "repair",
            lambda name: {"repairs": () if name == "none" else (name,)},
            words=("none", "leader-lock", "idempotency-key", "broadcast"),
        ),
        "seed": Knob("seed", _as("seed"), 1, 20),
    }
)


class UnknownKnobError(ValueError):
    """There is nothing of this name to turn, or not that far."""


def knob(name: str, scenario: str) -> Knob:
    """Return a knob by its name; the variants to choose from are the scenario's."""
    if name not in KNOBS:
        raise UnknownKnobError(f"There is no slider {name!r}: choose from {', '.join(KNOBS)}.")
    return replace(KNOBS[name], words=variants_of(scenario)) if name == "variant" else KNOBS[name]


def settings_of(scenario: str, turned: Mapping[str, Any]) -> Setting:
    """Return what some values of knobs are to `simulate`."""
    settings: Setting = {}
    for name, value in turned.items():
        chosen = knob(name, scenario)
        settings |= chosen.to_setting(_within(name, chosen, value))
    return settings


def _within(name: str, chosen: Knob, value: Any) -> Any:
    if chosen.words:
        if value not in chosen.words:
            raise UnknownKnobError(f"{name} is one of {', '.join(chosen.words)}, not {value!r}.")
    elif not isinstance(value, int | float) or not chosen.low <= value <= chosen.high:
        raise UnknownKnobError(f"{name} goes from {chosen.low:g} to {chosen.high:g}, not to {value!r}.")
    return value
