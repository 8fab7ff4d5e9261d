"""Pitfalls, one per file: the broken version beside the fixed one, as short as possible.

Each docstring gives symptom, cause and fix; `definition.py` defines a pitfall. `eventdemo compare NAME` shows both
versions side by side, `eventdemo explore NAME` finds the schedules in which the broken one fails, and `explore
NAME:repaired` shows that there are none for the fixed one.
"""

import importlib

from eventdemo.pitfalls.definition import Pitfall, Variant

__all__ = ["Pitfall", "Variant", "pitfall"]


def pitfall(name: str) -> Pitfall:
    """Return the pitfall with this name; `logout-race` is in `logout_race.py`."""
    found: Pitfall = importlib.import_module(f"eventdemo.pitfalls.{name.replace('-', '_')}").PITFALL
    return found
