"""How long a picture and its ledger take to follow a slider: `python -m benchmarks.redraw`.

It measures the processor time that the kernel needs for one move, without what the browser draws. Each ratio is the
time taken divided by the time allowed.
"""
# ruff: noqa: INP001 - `python -m` finds it as part of a namespace

from time import process_time
from typing import Any

from benchmarks.rows import Row, part_of, table
from eventdemo.learn.markup import preformatted
from eventdemo.learn.prose import ledger
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
"""The sliders of the notebooks in their first position; a test compares them."""


def rows(share: float = 1.0) -> list[Row]:
    """Measure everything that has a goal, with this share of the usual moves."""
    return [redrawn(scenario, values, part_of(MOVES, share)) for scenario, values in NOTEBOOKS]


def redrawn(scenario: str, values: dict[str, Any], times: int) -> Row:
    """Move a slider some times; the fastest move counts."""
    best = min(moves(scenario, values, times))
    position = ", ".join(f"{name} {value}" for name, value in values.items())
    return Row(f"{scenario}, {position}: redrawn", "under 100 ms (as a share of it)", best / ALLOWED, best < ALLOWED)


def moves(scenario: str, values: dict[str, Any], times: int) -> list[float]:
    """Return the seconds that each move took."""
    desk = sliders(scenario, **values)
    picture = timeline([desk.run()], desk.cut)
    took = []
    for seed in range(1, times + 1):
        began = process_time()
        trace = desk.turn(seed=seed)
        picture.show(trace)
        preformatted(ledger(trace))
        took.append(process_time() - began)
    return took


if __name__ == "__main__":
    print(table(rows()))
