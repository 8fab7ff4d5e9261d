"""The cells of the stored notebooks, read as JSON, because importing nbformat takes seconds."""

import json
import re
from functools import cache
from pathlib import PurePath

from tests.house.repo import files, text

PATHS = {re.sub(r"^\d\d_", "", PurePath(path).stem): path for path in files("notebooks/*.ipynb")}


@cache
def cells(path):
    """Return the cells of a notebook, the source of each as one text."""
    return [cell | {"source": "".join(cell["source"])} for cell in json.loads(text(path))["cells"]]


def code(name):
    """Return the source of each code cell."""
    return [cell["source"] for cell in cells(PATHS[name]) if cell["cell_type"] == "code"]


def prose(name):
    """Return all text between the code cells."""
    return "\n".join(cell["source"] for cell in cells(PATHS[name]) if cell["cell_type"] == "markdown")


def bundles(name):
    """Return what each output shows, by its type."""
    outputs = [output for cell in cells(PATHS[name]) for output in cell.get("outputs", ())]
    return [{kind: "".join(data) for kind, data in output["data"].items()} for output in outputs if "data" in output]
