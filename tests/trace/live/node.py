"""Runs the script under Node, where there is one."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs Node, which is not installed")


def under_node(script, given):
    """Run a script from this folder; hand it `given` and return what it prints, both as JSON."""
    path = Path(__file__).with_name(script)
    run = subprocess.run([NODE, path], input=json.dumps(given), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
