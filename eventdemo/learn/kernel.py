"""Whether something that is clicked reaches this process, and what is shown if so.

A notebook that is stored, or shown where no kernel listens, has text and SVG only.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any


def live() -> bool:
    """Tell whether widgets are installed and a notebook's kernel runs this."""
    if any(find_spec(name) is None for name in ("IPython", "anywidget", "ipywidgets")):
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


def with_widget(shown: dict[str, Any], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what to show, and where it is of use also a widget, which is then shown instead."""
    return shown | make() if live() else shown
