"""The data of the pictures in the saved notebooks, so that a page can show them interactive.

A notebook holds only the static pictures. So its cells run once more, in this process; without IPython they don't.
"""

import io
import os
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

from docs.pages.page import ROOT
from eventdemo.trace import svg
from eventdemo.trace.live import picture_data


def drawn_by(cells: Sequence[str], wanted: set[str]) -> dict[str, dict[str, Any]]:
    """Run the code cells of a notebook until they have drawn these static pictures; return the data of each."""
    if find_spec("IPython") is None:
        return {}
    from IPython.core.interactiveshell import InteractiveShell

    drawn, draw = {}, svg.draw

    def noted(sources: Any, **options: Any) -> str:
        picture = draw(sources, **options)
        drawn[picture] = picture_data(sources, subject="")
        return picture

    shell = InteractiveShell()
    with (
        patch.object(svg, "draw", noted),
        patch.dict(os.environ, EVENTDEMO_ANSWERS="1"),
        chdir(ROOT / "notebooks"),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        for cell in cells:
            if not wanted <= drawn.keys():
                shell.run_cell(cell)
    return drawn
