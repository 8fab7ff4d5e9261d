"""A run without a browser or a server says in one line which tests it left out, and what runs them."""

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.house.repo import ROOT, text

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="there is no browser")
@pytest.mark.parametrize("number", range(3))
def test_click(number):
    pass

def test_without():
    pytest.skip("there is no server")

def test_alone():
    pass
"""


PROJECT = tomllib.loads(text("pyproject.toml"))
WITHOUT_PLUGINS = [each for each in PROJECT["tool"]["pytest"]["ini_options"]["addopts"] if each.startswith("-pno:")]


def last_lines(folder, *options):
    """Run the tests in a folder, with this repo's hooks, and return what is printed about tests that were left out."""
    (folder / "pytest.ini").write_text(f"[pytest]\naddopts = {' '.join(WITHOUT_PLUGINS)}\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-pno:cacheprovider", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return re.findall(r"^.* left out.*$", run.stdout, re.MULTILINE)


@pytest.mark.parametrize("processes", ["-n0", "-n2"])
def test_one_line_for_each_reason_names_the_files_and_the_command(tmp_path, processes):
    (tmp_path / "test_page.py").write_text(TESTS)

    assert last_lines(tmp_path, processes) == [
        '3 left out, because there is no browser. To run them later: make test ARGS="test_page.py"',
        '1 left out, because there is no server. To run them later: make test ARGS="test_page.py"',
    ]


def test_of_many_files_the_folders_are_named(tmp_path):
    for number in range(4):
        (tmp_path / "pages").mkdir(exist_ok=True)
        (tmp_path / "pages" / f"test_{number}.py").write_text(
            "import pytest\npytestmark = pytest.mark.skip('no browser')\ndef test_it(): pass\n"
        )

    assert last_lines(tmp_path, "-n0") == ['4 left out, because no browser. To run them later: make test ARGS="pages"']


def test_a_complete_run_says_nothing(tmp_path):
    (tmp_path / "test_page.py").write_text("def test_it(): pass\n")

    assert last_lines(tmp_path, "-n0") == []
