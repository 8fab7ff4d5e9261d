"""A run that is played again at each turn of a slider: its timeline, and its ledger below."""

from dataclasses import dataclass, field
from typing import Any

from eventdemo.learn.knobs import settings_of
from eventdemo.learn.live import with_widget
from eventdemo.learn.pictures import bundle
from eventdemo.sim import simulate
from eventdemo.trace import Trace


@dataclass(slots=True)
class Sliders:
    """A scenario, and how its knobs stand."""

    scenario: str
    turned: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Trace:
        """Play it as the knobs stand."""
        return simulate(self.scenario, **settings_of(self.turned))

    def turn(self, **values: Any) -> Trace:
        """Turn knobs, and play it: what a slider does, for those who type."""
        self.turned = self.turned | values
        return self.run()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        trace = self.run()
        shown = bundle([trace])
        shown["text/plain"] += "\n" + ledger(trace)
        return with_widget(shown, self._widget)

    def _widget(self) -> dict[str, Any]:
        from eventdemo.learn.turning import turning

        return turning(self)


def sliders(scenario: str, **values: Any) -> Sliders:
    """Play a scenario with sliders: each setting that is named gets one, and starts there."""
    settings_of(values)
    return Sliders(scenario, values)


def ledger(trace: Trace) -> str:
    """Return the ledger of a run: how many deliveries ended in which fate, and whether the books balance."""
    lines = [f"{number:>7,}  {fate.letter} {fate}: {fate.meaning}" for fate, number in trace.ledger.items()]
    total = f"{trace.deliveries:>7,}  deliveries; the books {'balance' if trace.balanced else 'do NOT balance'}"
    return "\n".join([*lines, total])
