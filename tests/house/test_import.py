"""Importing builds nothing: no loop, no socket, no thread, no engine, no application. Things are handed in."""

import json
import subprocess
import sys

import pytest

from tests.house.repo import ROOT, files, module_of

MODULES = [module_of(path) for path in files("eventdemo/*.py", "mock_services/*.py") if "__main__" not in path]
HEAVY = {"fastapi", "uvicorn", "jupyterlab", "IPython", "mkdocs", "looptime", "pymitter", "bullmq", "faststream"}

IMPORT_ALL = """
import asyncio, importlib, json, logging, signal, socket, sqlite3, sys, threading
import sqlalchemy
import pydantic, pyee, httpx, respx, rich, typer, sqlmodel, cronsim  # these may do at import what they like
try:
    import fastapi, uvicorn
except ImportError:
    pass

built = []
def note(what):
    def refuse(*args, **kwargs):
        built.append(what)
        raise AssertionError(f"{what} at import")
    return refuse

asyncio.new_event_loop = asyncio.run = note("an event loop")
asyncio.BaseEventLoop.__init__ = note("an event loop")
socket.socket.__init__ = note("a socket")
threading.Thread.start = note("a thread")
sqlite3.connect = note("a database")
sqlalchemy.create_engine = note("an engine")
httpx.AsyncClient.__init__ = httpx.Client.__init__ = note("an HTTP client")
pyee.EventEmitter.__init__ = note("a bus")
if "fastapi" in sys.modules:
    fastapi.FastAPI.__init__ = note("an application")
logging.basicConfig = note("a logging set-up")
signal.signal = note("a signal handler")

report = {}
for module in sys.argv[1:]:
    built.clear()
    try:
        importlib.import_module(module)
    except AssertionError:
        pass
    except ModuleNotFoundError as error:
        built.append(f"nothing, because {error.name} is missing")
    report[module] = list(built)
print(json.dumps(report))
"""


def in_a_fresh_python(code, *args):
    """Run `code` in a process of its own and return what it printed as JSON."""
    run = subprocess.run([sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def report():
    return in_a_fresh_python(IMPORT_ALL, *MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_builds_nothing(report, module):
    assert report[module] == []


@pytest.mark.parametrize("module", ["eventdemo", "eventdemo.cli", "eventdemo.bus", "mock_services"])
def test_importing_does_not_need_an_extra(module):
    code = f"import json, sys, {module}; print(json.dumps(sorted(n.split('.')[0] for n in sys.modules)))"
    if module not in MODULES:
        pytest.skip("not there yet")

    assert not HEAVY & set(in_a_fresh_python(code))
