"""Pitfalls, one per file: the broken version beside the fixed one, as short as possible.

Each docstring gives symptom, cause and fix; `definition.py` defines a pitfall. `eventdemo compare NAME` shows both
versions side by side, `eventdemo explore NAME` finds the schedules in which the broken one fails, and `explore
NAME:repaired` shows that there are none for the fixed one.
"""

import importlib
import re
from importlib import resources

from eventdemo.pitfalls.definition import Pitfall, Variant

__all__ = ["SYMPTOMS", "Pitfall", "Variant", "pitfall"]
_FIRST_LINE = re.compile(r'"""`(?P<name>[a-z-]+)`: (?P<symptom>.+)\.')


def _symptoms() -> dict[str, str]:
    """Read the first line of each module: importing them all would take a second."""
    modules = (path.read_text("utf-8") for path in resources.files(__name__).iterdir() if path.name.endswith(".py"))
    return dict(sorted((found["name"], found["symptom"]) for found in map(_FIRST_LINE.match, modules) if found))


SYMPTOMS = _symptoms()
"""What a user notices of each pitfall, by the pitfall's name."""


def pitfall(name: str) -> Pitfall:
    """Return the pitfall with this name; `logout-race` is in `logout_race.py`."""
    found: Pitfall = importlib.import_module(f"eventdemo.pitfalls.{name.replace('-', '_')}").PITFALL
    return found
