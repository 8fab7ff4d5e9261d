"""Every notebook runs from top to bottom and gives, byte for byte, what it shows."""

import pytest

pytest.importorskip("nbclient", reason="nbclient is not installed: it comes with the extra `notebooks`")

import nbformat

from notebooks import refresh
from tests.house.repo import ROOT, files

NOTEBOOKS = files("notebooks/*.ipynb")


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_gives_again_what_it_shows(path):
    shown, fresh = nbformat.read(ROOT / path, as_version=4), refresh.executed(ROOT / path)

    for number, (old, new) in enumerate(zip(shown.cells, fresh.cells, strict=True)):
        assert old.get("outputs") == new.get("outputs"), f"cell {number} of {path}: run `make refresh`"
    assert (ROOT / path).read_text("utf-8") == refresh.written(fresh), "run `make refresh`"


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_has_one_title_a_finding_and_exercises_and_defines_nothing_of_the_package(path):
    cells = nbformat.read(ROOT / path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")

    assert prose.startswith("# ")
    assert prose.count("\n# ") == 0
    assert "**Finding" in prose
    assert "## Exercises" in prose
    assert "from eventdemo" in code
    assert "class " not in code


def test_there_is_a_notebook_to_begin_with():
    assert "notebooks/00_start_here.ipynb" in NOTEBOOKS
