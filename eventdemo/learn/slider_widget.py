"""The slider widgets: each change repeats the run and redraws it. Needs ipywidgets."""

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as ui

from eventdemo.learn.knobs import Knob, knob
from eventdemo.learn.ledger_text import ledger
from eventdemo.learn.widgets import timeline, view_of
from eventdemo.trace.record import Trace

if TYPE_CHECKING:
    from eventdemo.learn.sliders import Sliders


def slider_controls(sliders: "Sliders") -> dict[str, Any]:
    """Return a control for each setting, above the picture and the ledger of the run."""
    controls = {name: _control(knob(name, sliders.scenario), value) for name, value in sliders.turned.items()}
    picture, table = timeline([trace := sliders.run()]), ui.HTML(ledger_html(trace))

    def turned(name: str, change: Any) -> None:
        trace = sliders.turn(**{name: change["new"]})
        picture.show(trace)
        table.value = ledger_html(trace)

    for name, control in controls.items():
        control.observe(partial(turned, name), "value")
    return view_of(ui.VBox([*controls.values(), picture, table]))


def ledger_html(trace: Trace) -> str:
    """Return the ledger of a run as HTML."""
    return f"<pre style='line-height:1.4'>{html.escape(ledger(trace))}</pre>"


def _control(knob: Knob, value: Any) -> Any:
    style = {"description_width": "initial"}
    if knob.words:
        return ui.ToggleButtons(options=list(knob.words), value=value, description=knob.means, style=style)
    kind = ui.IntSlider if knob.step == 1 else ui.FloatSlider
    bounds = {"min": knob.low, "max": knob.high, "step": knob.step}
    return kind(value=value, **bounds, description=knob.means, style=style, layout=ui.Layout(width="32em"))
