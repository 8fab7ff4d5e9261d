"""A run that repeats at each change of a slider: its timeline, with its ledger below.

A timeline to scale keeps the end of its axis, so you see what a change costs. Outlines show the previous position, or
what a kill prevented.

A knob is a setting of `simulate` that a slider or a menu can change.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eventdemo.learn.pictures import with_widget
from eventdemo.learn.prose import ledger
from eventdemo.simulate import DEFAULTS, simulate
from eventdemo.simulate.program import variants_of
from eventdemo.trace import svg, text
from eventdemo.trace.axis import round_end
from eventdemo.trace.excerpt import Excerpt, as_excerpt, compared
from eventdemo.trace.record import Trace
from eventdemo.trace.units import duration, to_micros
from mock_services import FaultPlan

HEADROOM = 2
"""How many times as long as a run an axis is that has to grow."""


@dataclass(frozen=True, slots=True)
class Knob:
    """One adjustable setting: a number within bounds, or one of several words."""

    means: str
    argument: str
    """The argument of `simulate`."""
    low: float = 0
    high: float = 0
    step: float = 1
    words: Sequence[str] = ()
    convert: Callable[[Any], Any] = lambda value: value
    """Turns a value into that argument."""


def slower(factor: float) -> FaultPlan:
    """Return the realistic fault plan with all latencies multiplied by `factor`."""
    return FaultPlan.realistic().changed(lambda faults: replace(faults, latency=faults.latency.scaled(factor)))


KNOBS: Mapping[str, Knob] = {
    "users": Knob("users", "users", 1, 40),
    "latency": Knob("latency multiplied by", "faults", 0.25, 4, 0.25, convert=slower),
    "strategy": Knob("strategy", "strategy", words=DEFAULTS),
    "variant": Knob("variant", "variant"),
    "limit": Knob("concurrency limit", "strategy", 1, 24, convert="bounded:{}".format),
    "instances": Knob("instances", "instances", 1, 6),
    "crash": Knob("instance A is killed at", "crashes", 0.01, 1.0, 0.01, convert=lambda at: (f"A@{at:g}",)),
    "repair": Knob(
        "repair",
        "repairs",
        words=("none", "leader-lock", "idempotency-key", "broadcast"),
        convert=lambda name: () if name == "none" else (name,),
    ),
    "seed": Knob("seed", "seed", 1, 20),
}


class UnknownKnobError(ValueError):
    """An unknown setting, or a value out of its bounds."""


def knob(name: str, scenario: str) -> Knob:
    """Return a knob by name; the variants are those of the scenario."""
    if name not in KNOBS:
        raise UnknownKnobError(f"Unknown slider {name!r}: choose from {', '.join(KNOBS)}.")
    return replace(KNOBS[name], words=variants_of(scenario)) if name == "variant" else KNOBS[name]


def settings_of(scenario: str, turned: Mapping[str, Any]) -> dict[str, Any]:
    """Convert values of knobs to arguments of `simulate`."""
    settings = {}
    for name, value in turned.items():
        chosen = knob(name, scenario)
        if chosen.words:
            if value not in chosen.words:
                raise UnknownKnobError(f"{name} must be one of {', '.join(chosen.words)}, not {value!r}.")
        elif not isinstance(value, int | float) or not chosen.low <= value <= chosen.high:
            raise UnknownKnobError(f"{name} must be from {chosen.low:g} to {chosen.high:g}, not {value!r}.")
        settings[chosen.argument] = chosen.convert(value)
    return settings


@dataclass(slots=True)
class Sliders:
    """A scenario and the values of its settings."""

    scenario: str
    turned: dict[str, Any] = field(default_factory=dict)
    to_scale: bool = True
    """Whether the same distance is the same time everywhere, for findings about durations."""
    runs: list[Trace] = field(default_factory=list)
    """The run at this position, after the one that its outlines show: that before the last move, or without a kill."""
    end: float = 0.0
    """The end of the axis in seconds. It only grows, and only if a run doesn't fit."""

    def run(self) -> Trace:
        """Run the scenario at this position."""
        trace = self._at(self.turned)
        whole = {name: value for name, value in self.turned.items() if name != "crash"}
        before = [self._at(whole)] if "crash" in self.turned else self.runs[-1:]
        self.runs = [*(run for run in before if run != trace), trace]
        lasted = max((span.end for run in self.runs for span in as_excerpt(run).spans), default=0.0)
        if lasted > self.end:
            room = 1 if "crash" in self.turned else HEADROOM  # no kill lets a run last longer than it would
            self.end = round_end(to_micros(room * lasted)) / 1e6
        return trace

    def _at(self, turned: Mapping[str, Any]) -> Trace:
        return simulate(self.scenario, **settings_of(self.scenario, turned))

    def turn(self, **values: Any) -> Trace:
        """Change values and run the scenario, as a slider does."""
        self.turned = self.turned | values
        return self.run()

    def cut(self, run: Trace | Excerpt, subject: str = "") -> Excerpt:
        """Return what the picture of a run shows, beside the outlines of the other one."""
        before = self.runs[0] if len(self.runs) > 1 else None
        if isinstance(run, Excerpt) or before is None:
            excerpt = as_excerpt(run, subject)
        else:
            outlined = "without the kill" if "crash" in self.turned else "previous position"
            excerpt = compared(run, before, subject, outlined)
        if excerpt.left_out and isinstance(run, Trace):
            whole = f"The last listener of the whole run ended at {duration(run.metrics.last_listener_done)}."
            excerpt = replace(excerpt, left_out=f"{excerpt.left_out} {whole}")
        return replace(excerpt, scale=self.end) if self.to_scale else excerpt

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        trace = self.run()
        shown = [self.cut(trace)]
        drawn = {"image/svg+xml": svg.draw(shown), "text/plain": f"{text.draw(shown)}\n{ledger(trace)}"}
        return with_widget(drawn, self)


def sliders(scenario: str, *, to_scale: bool = True, **values: Any) -> Sliders:
    """Run a scenario with a slider for each named setting, starting at the given value."""
    settings_of(scenario, values)
    return Sliders(scenario, values, to_scale)
