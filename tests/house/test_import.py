"""Importing builds nothing: no loop, no socket, no thread, no engine, no application. Things are handed in."""

import json
import subprocess
import sys

from tests.house.repo import ROOT, assert_none, files, module_of

MODULES = [module_of(path) for path in files("eventdemo/*.py", "mock_services/*.py") if "__main__" not in path]
LIGHT = ["eventdemo", "eventdemo.core.bus", "eventdemo.cli", "mock_services"]
HEAVY = {"fastapi", "uvicorn", "jupyterlab", "IPython", "mkdocs", "looptime", "pymitter"}


def in_a_fresh_python(*command, stdin=""):
    """Run Python in a process of its own and return what it printed as JSON."""
    run = subprocess.run([sys.executable, *command], cwd=ROOT, input=stdin, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_importing_a_module_builds_nothing():
    built = in_a_fresh_python("-m", "tests.house.import_probe", stdin=" ".join(MODULES))

    assert built.keys() == set(MODULES)
    assert_none(f"{module} builds {', '.join(things)}" for module, things in built.items() if things)


def test_importing_does_not_need_an_extra():
    code = f"import json, sys, {', '.join(LIGHT)}; print(json.dumps(sorted(n.split('.')[0] for n in sys.modules)))"

    assert_none(HEAVY & set(in_a_fresh_python("-c", code)))


def test_the_command_line_starts_without_what_only_a_run_needs():
    code = "import json, sys, eventdemo.cli.app; print(json.dumps(sorted(sys.modules)))"

    assert_none({"httpx", "mock_services", "sqlalchemy"} & set(in_a_fresh_python("-c", code)))


def test_the_playground_starts_without_what_its_runs_do_not_need():
    code = "import json, sys, docs.playground.desk; print(json.dumps(sorted(sys.modules)))"
    others = ("sqlalchemy.dialects.mysql", "sqlalchemy.dialects.postgresql")

    assert_none(name for name in in_a_fresh_python("-c", code) if name in others)
