"""How long a slider's picture and books take to follow it: `python -m benchmarks.redraw`.

Processor time of what the kernel computes for one move; what the browser draws is not in it. A ratio here is the time
taken, divided by the time that was allowed.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

from time import process_time
from typing import Any

from benchmarks.rows import Row, table
from eventdemo.learn.slider_widget import ledger_html
from eventdemo.learn.sliders import sliders
from eventdemo.learn.widgets import timeline

MOVES = 10
ALLOWED = 0.1
NOTEBOOKS = (
    ("fan-out", {"users": 4, "limit": 2, "latency": 1.0}),
    ("async-flag", {"users": 4, "variant": "both"}),
    ("logout", {"users": 4, "crash": 0.11}),
    ("lifecycle", {"users": 2, "instances": 2, "repair": "broadcast"}),
    ("fan-out", {"users": 3, "instances": 2, "limit": 2}),
)
"""The sliders of the notebooks, where they stand at first; a test compares."""


def rows() -> list[Row]:
    """Measure everything that has a goal."""
    return [redrawn(scenario, values) for scenario, values in NOTEBOOKS]


def redrawn(scenario: str, values: dict[str, Any]) -> Row:
    """Move a slider some times; the best of them counts."""
    best = min(moves(scenario, values))
    told = ", ".join(f"{name} {value}" for name, value in values.items())
    return Row(f"{scenario}, {told}: redrawn", "under 100 ms (as a share of it)", best / ALLOWED, best < ALLOWED)


def moves(scenario: str, values: dict[str, Any]) -> list[float]:
    """Return what each move took, in seconds."""
    desk = sliders(scenario, **values)
    picture = timeline([desk.run()])
    took = []
    for seed in range(1, MOVES + 1):
        began = process_time()
        trace = desk.turn(seed=seed)
        picture.show(trace)
        ledger_html(trace)
        took.append(process_time() - began)
    return took


if __name__ == "__main__":
    print(table(rows()))
