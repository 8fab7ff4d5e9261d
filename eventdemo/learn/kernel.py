"""Detects whether widgets work here. A stored notebook, or one without a kernel, shows text and SVG only."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any


def live() -> bool:
    """Return whether widgets are installed and a notebook's kernel runs this code."""
    if any(find_spec(name) is None for name in ("IPython", "anywidget", "ipywidgets")):
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


def with_widget(shown: dict[str, Any], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the MIME bundle, with a widget if widgets work here; the notebook then shows the widget."""
    return shown | make() if live() else shown
