"""The two commands of the README set themselves up, with pip or with uv, and need the network once.

Here python and uv are stand-ins that note how they are called, so nothing is installed; `.ci/run` does it for real.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.house.repo import ROOT, assert_none, files, text

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")

TARGETS = [
    "bench",
    "clean",
    "conformance",
    "crash-lab",
    "demo",
    "docs",
    "help",
    "lab",
    "lint",
    "node",
    "playground",
    "refresh",
    "serve-docs",
    "test",
    "types",
]

PYTHON = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
case "$1 $2" in
  "-c import sys;"*) exit ${TOO_OLD:-0} ;;
  "-c "*) exec REAL "$@" ;;
  "-m venv") mkdir -p "$3/bin" && cp "$here/python3" "$3/bin/python" && cp "$here/eventdemo" "$3/bin/" ;;
esac
echo "python $@${PYTHONDONTWRITEBYTECODE:+, and keep no bytecode}" >> "$LOG"
"""
UV = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
echo "uv $@" >> "$LOG"
[ "$1" = pip ] && exit
for folder; do :; done
mkdir -p "$folder/bin" && cp "$here/python3" "$folder/bin/python" && cp "$here/eventdemo" "$folder/bin/"
"""
EVENTDEMO = '#!/bin/sh\necho "eventdemo $@" >> "$LOG"\nexit ${FOUND:-0}\n'


class Folder:
    """A copy of what make needs, with stand-ins on the PATH."""

    def __init__(self, path):
        self.path = path
        self.log = path / "log"
        self.programs = path / "programs"
        self.programs.mkdir()
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, path)
        self.program("python3", PYTHON.replace("REAL", sys.executable))
        self.program("eventdemo", EVENTDEMO)

    def program(self, name, script):
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def make(self, *args, **environment):
        self.log.write_text("")
        environment = {"PATH": f"{self.programs}:/usr/bin:/bin", "LOG": str(self.log)} | environment
        command = ["make", *args]
        return subprocess.run(command, cwd=self.path, env=environment, capture_output=True, text=True, check=False)

    def called(self):
        return self.log.read_text().splitlines()

    def installs(self):
        return [line for line in self.called() if " install " in line]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_help_lists_every_target_and_is_what_make_does_by_itself(folder):
    listed = folder.make().stdout

    assert sorted(re.findall(r"^  make ([a-z-]+) +[A-Z]", listed, re.MULTILINE)) == TARGETS
    assert len(listed.splitlines()) == len(TARGETS)


def test_demo_makes_the_environment_installs_without_extras_and_compares(folder):
    done = folder.make("demo", "UV=")

    assert done.returncode == 0
    assert folder.called() == [
        "python -m venv .venv",
        "python -m pip install --quiet --quiet --disable-pip-version-check --editable .",
        "eventdemo compare",
    ]


def test_with_uv_neither_venv_nor_pip_is_used(folder):
    folder.program("uv", UV)
    done = folder.make("demo")

    assert done.returncode == 0
    assert folder.called() == [
        "uv venv --quiet --python python3 .venv",
        "uv pip install --quiet --python .venv/bin/python --editable .",
        "eventdemo compare",
    ]


def test_the_second_time_nothing_is_installed_so_no_network_is_needed(folder):
    folder.make("demo", "UV=")
    folder.make("demo", "UV=")

    assert folder.called() == ["eventdemo compare"]


def test_test_adds_the_extra_that_it_needs_to_the_same_environment(folder):
    folder.make("demo", "UV=")
    folder.make("test", "UV=", "ARGS=-n0 -k bus")

    assert [line.split()[-1] for line in folder.installs()] == [".[test]"]
    assert folder.called()[-1] == "python -m pytest -n auto --dist loadfile -n0 -k bus"


def test_tests_keep_bytecode_even_if_the_environment_says_not_to(folder):
    folder.make("test", "UV=", PYTHONDONTWRITEBYTECODE="1")

    assert folder.called()[-1] == "python -m pytest -n auto --dist loadfile"


@pytest.mark.parametrize(
    ("old", "new", "installs"), [("rich>=14", "rich>=15", 1), ("line-length = 120", "line-length = 99", 0)]
)
def test_a_changed_dependency_installs_again_and_a_changed_lint_rule_does_not(folder, old, new, installs):
    folder.make("demo", "UV=")
    project = folder.path / "pyproject.toml"
    project.write_text(project.read_text().replace(old, new))
    later = project.stat().st_mtime + 2  # some makes see whole seconds only
    os.utime(project, (later, later))
    folder.make("demo", "UV=")

    assert len(folder.installs()) == installs


def test_a_failed_install_is_tried_again(folder):
    folder.make("demo", "UV=")
    for stamp in (folder.path / ".venv").glob(".has-*"):
        stamp.unlink()
    pip = folder.path / ".venv/bin/python"
    working = pip.read_text()
    pip.write_text(working.replace('echo "python', 'case "$*" in *install*) exit 1 ;; esac; echo "python'))

    assert folder.make("demo", "UV=").returncode != 0
    pip.write_text(working)
    assert folder.make("demo", "UV=").returncode == 0
    assert len(folder.installs()) == 1


@pytest.mark.parametrize(("found", "succeeds"), [("0", True), ("1", True), ("2", False), ("70", False)])
def test_a_strategy_that_lost_something_is_a_finding_and_bad_usage_a_failure(folder, found, succeeds):
    assert (folder.make("demo", "UV=", FOUND=found).returncode == 0) is succeeds


def test_an_old_python_is_refused_in_one_sentence(folder):
    refused = folder.make("demo", "UV=", TOO_OLD="1")

    assert refused.returncode != 0
    assert refused.stderr.startswith("eventdemo needs Python 3.11 or newer, and 'python3' is not: ")
    assert not (folder.path / ".venv").exists()


def test_a_python_that_is_not_there_is_refused_in_the_same_way(folder):
    assert "'python3.99' is not" in folder.make("demo", "UV=", "PYTHON=python3.99").stderr


def test_only_targets_that_exist_are_called_for():
    called = {
        (path, target)
        for path in (".ci/run", ".github/workflows/ci.yml", "CONTRIBUTING.md", "README.md")
        for target in re.findall(r"\bmake ([a-z-]+)", re.sub(r"#.*", "", "".join(code_of(path))))
    }

    assert_none(f"{path}: make {target}" for path, target in sorted(called) if target not in TARGETS)


def code_of(path):
    """Return a script or a workflow, or what is set as code in a page."""
    return re.findall(r"`[^`]+`|```sh.*?```", text(path), re.DOTALL) if path.endswith(".md") else [text(path)]


def test_the_workflow_and_ci_are_tracked():
    assert set(files(".ci/run", ".github/workflows/ci.yml")) == {".ci/run", ".github/workflows/ci.yml"}
