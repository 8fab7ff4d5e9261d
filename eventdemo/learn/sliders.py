"""A run that repeats at each change of a slider: its timeline, with its ledger below."""

from dataclasses import dataclass, field
from typing import Any

from eventdemo.learn.kernel import with_widget
from eventdemo.learn.knobs import settings_of
from eventdemo.learn.ledger_text import ledger
from eventdemo.simulate import simulate
from eventdemo.trace import svg, text
from eventdemo.trace.record import Trace


@dataclass(slots=True)
class Sliders:
    """A scenario and the values of its settings."""

    scenario: str
    turned: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Trace:
        """Run the scenario with the current values."""
        return simulate(self.scenario, **settings_of(self.scenario, self.turned))

    def turn(self, **values: Any) -> Trace:
        """Change values and run the scenario, as a slider does."""
        self.turned = self.turned | values
        return self.run()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        trace = self.run()
        drawn = {"image/svg+xml": svg.draw([trace]), "text/plain": f"{text.draw([trace])}\n{ledger(trace)}"}
        return with_widget(drawn, self._widget)

    def _widget(self) -> dict[str, Any]:
        from eventdemo.learn.slider_widget import slider_controls

        return slider_controls(self)


def sliders(scenario: str, **values: Any) -> Sliders:
    """Run a scenario with a slider for each named setting, starting at the given value."""
    settings_of(scenario, values)
    return Sliders(scenario, values)
