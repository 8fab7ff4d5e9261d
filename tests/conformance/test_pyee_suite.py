"""pyee's own published tests pass with `EventBus` in place of `EventEmitter`, for every supported version of pyee.

The tests come out of pyee's source distribution, which pip downloads into a cache folder; none of it is in this repo.
By itself a run downloads only the version that is installed; `make conformance` sets DOWNLOAD=1 and gets them all.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.house.repo import ROOT, text

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "eventdemo" / "pyee"
VERSIONS = {"13.0.1": (3, 11), "14.0.0": (3, 12), "15.0.0": (3, 12), "16.0.0": (3, 12), "16.0.1": (3, 12)}
FILES = ["test_sync.py", "test_cls.py", "test_cls_nested.py", "test_uplift.py"]

PRIVATE_STATE = "reads `_events`, the private table of pyee"
FAIL = {  # test: (from which version of pyee on, why)
    "test_listener_removal": ("13.0.1", PRIVATE_STATE),
}


def pip():
    """Return the command of pip: the one of this Python, or the one on the PATH (a venv made by uv has none)."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if found := shutil.which("pip3") or shutil.which("pip"):
        return [found]
    return pytest.skip("there is no pip on this machine to download pyee's source with")


def source(version):
    """Return the folder with pyee's source, downloaded once; skip if it cannot be had."""
    folder = CACHE / version
    if not list(folder.glob("*.tar.gz")):
        if version != metadata.version("pyee") and not os.environ.get("DOWNLOAD"):
            pytest.skip(f"the source of pyee {version} is not downloaded yet: run `make conformance` once")
        options = ["--no-binary", "pyee", "--no-deps", "--ignore-requires-python", "--retries", "0", "--timeout", "10"]
        command = [*pip(), "download", "--quiet", *options, "--dest", str(folder), f"pyee=={version}"]
        if not succeeds(command):
            pytest.skip(f"pip cannot download the source of pyee {version}: is there a network?")
    return folder


def succeeds(command):
    """Return whether a command succeeds within two minutes."""
    try:
        return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.fixture(params=VERSIONS)
def pyee(request, tmp_path):
    if sys.version_info < VERSIONS[request.param]:
        pytest.skip(f"pyee {request.param} needs Python {'.'.join(map(str, VERSIONS[request.param]))}")
    with tarfile.open(next(source(request.param).glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / f"pyee-{request.param}"


def outcome(folder):
    """Run the tests on that very pyee with EventBus in place; return how many passed and which did not."""
    files = [str(folder / "tests" / name) for name in FILES if (folder / "tests" / name).exists()]
    (folder / "empty.ini").write_text("[pytest]\n")
    plugins = ["-pno:cacheprovider", "-ptests.conformance.pyee_in_place"]
    command = [sys.executable, "-m", "pytest", "-c", str(folder / "empty.ini"), "--rootdir", str(folder), *plugins]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "COLUMNS": "200"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    run = subprocess.run(
        [*command, "-q", "-rfE", *files], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed, run.stdout + run.stderr
    return int(passed[1]), set(re.findall(r"^(?:FAILED|ERROR) .*?::(\S+)", run.stdout, re.MULTILINE))


def test_its_own_tests_pass_and_those_that_do_not_are_known(pyee):
    version = pyee.name.removeprefix("pyee-")
    known = {name for name, (since, _) in FAIL.items() if numbers(since) <= numbers(version)}

    passed, failed = outcome(pyee)

    assert failed == known
    assert passed > 2 * len(known)


def test_the_oldest_version_tried_is_the_oldest_supported():
    assert f'"pyee>={min(VERSIONS, key=numbers)}"' in text("pyproject.toml")


def numbers(version):
    """Return a version as numbers that can be compared."""
    return tuple(map(int, version.split(".")))
