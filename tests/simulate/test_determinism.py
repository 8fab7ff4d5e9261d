"""Same scenario, same seed: the same bytes, in any process, under any hash seed, on any supported Python.

digests.json was written by one Python, and each that runs this compares itself with it. `EVENTDEMO_PYTHONS` may name
more interpreters, separated as in PATH, that have the dependencies of the package; python3.11 and so on are found.
"""

import json
import os
import shutil
import subprocess
import sys

from eventdemo.simulate import simulate
from tests.house.repo import ROOT
from tests.simulate.digests import KEPT


def run(python, *arguments, hash_seed="random"):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [python, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def other_pythons():
    """Return the interpreters beside this one that can import the command line."""
    named = os.environ.get("EVENTDEMO_PYTHONS", "").split(os.pathsep)
    found = [shutil.which(f"python3.{minor}") for minor in (11, 12, 13, 14)]
    candidates = dict.fromkeys(python for python in [*named, *found] if python and python != sys.executable)
    return [python for python in candidates if run(python, "-c", "import eventdemo.cli").returncode == 0]


def test_the_same_bytes_are_printed_under_any_hash_seed_and_on_any_python():
    kept = json.loads(KEPT.read_text("utf-8"))
    assert len({*kept.values()}) == len(kept)

    for python in (sys.executable, *other_pythons()):
        computed = run(python, "-m", "tests.simulate.digests", hash_seed="random")

        assert computed.stderr == ""
        assert json.loads(computed.stdout) == kept, "if this was meant: python -m tests.simulate.digests --write"


def test_the_shell_command_prints_the_same_bytes_each_time():
    command = ("-c", "from eventdemo.cli import main; main()", "compare", "logout", "--users", "5")

    first, second = (run(sys.executable, *command, hash_seed=seed) for seed in ("0", "random"))

    assert first.stdout == second.stdout != ""


def test_what_ran_before_in_the_same_process_makes_no_difference():
    before = simulate("sync-profile", users=4)
    simulate("fan-out", users=30, strategy="detached")

    assert simulate("sync-profile", users=4).model_dump_json() == before.model_dump_json()


def test_another_seed_gives_another_trace():
    assert simulate("logout", users=4, seed=1).spans != simulate("logout", users=4, seed=2).spans
