"""The playground's Python gives the same answers under Node as the package does here."""

import json
import shutil
import subprocess
import zipfile

import pytest

from docs.pages import playground_runtime
from docs.playground.desk import answer
from tests.house.repo import ROOT
from tests.needs import NODE, needs, without_playground

pytestmark = needs(without_playground())
PATIENCE = 900
"""Seconds. A machine that runs much else takes a minute to start Python under Node."""
LINES = [
    "compare logout --users 3",
    "compare logout --users 3",
    "explore logout-race",
    "compare rate-limit",
    "replay logout-race/awaited/fifo/01",
    "game logout-race 1",
    "compare logut",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder whose subfolder is the site, as far as the playground needs it."""
    folder = tmp_path_factory.mktemp("served")
    place = folder / "sub" / "playground"
    playground_runtime.copy_to(place / "runtime")
    for script in (ROOT / "docs/playground").glob("*.js"):
        shutil.copy(script, place)
    return folder


def test_under_node_the_answers_of_a_first_and_of_a_second_visit_are_the_same_byte_for_byte(folder):
    place = folder / "sub" / "playground"
    given = {
        "runtime": str(place / "runtime.js"),
        "folders": {kind: str(place / "runtime" / name) for kind, name in playground_runtime.folders().items()},
        "lines": [x.split() for x in LINES],
    }
    (place / "package.json").write_text('{"type": "module"}')
    script = ROOT / "tests/docs/playground/run.mjs"
    run = subprocess.run(
        [NODE, script], input=json.dumps(given), capture_output=True, text=True, check=False, timeout=PATIENCE
    )

    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert json.loads(run.stdout) == [json.loads(json.dumps(answer(line.split()))) for line in LINES]


def test_what_a_first_run_imports_is_compiled_and_keeps_its_source():
    names = set(zipfile.ZipFile(playground_runtime.own_archive()).namelist())

    assert {"eventdemo/core/bus.py", "eventdemo/core/__pycache__/bus.cpython-314.pyc"} <= names
    assert "docs/playground/__pycache__/game.cpython-314.pyc" not in names  # which only a game imports
