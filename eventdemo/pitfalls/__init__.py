"""Hazards in pairs, one a file: the broken version beside its repair, as short as they can be.

Each docstring says symptom, cause and repair; `definition.py` says what a pitfall is. `eventdemo compare NAME` shows
both versions side by side, `eventdemo explore NAME` in which orders the broken one breaks, and `explore NAME:repaired`
that the repaired one does not.
"""

import importlib

from eventdemo.pitfalls.definition import Pitfall, Variant

__all__ = ["Pitfall", "Variant", "pitfall"]


def pitfall(name: str) -> Pitfall:
    """Return a pitfall by its name, which is also its module's: `logout-race` is in `logout_race.py`."""
    found: Pitfall = importlib.import_module(f"eventdemo.pitfalls.{name.replace('-', '_')}").PITFALL
    return found
