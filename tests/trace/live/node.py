"""Runs the script with Node, if there is one."""

import json
import subprocess
from pathlib import Path

from tests.needs import NODE, needs, without_node

needs_node = needs(without_node())


def under_node(script, given):
    """Run a script from this folder; hand it `given` and return what it prints, both as JSON."""
    path = Path(__file__).with_name(script)
    run = subprocess.run([NODE, path], input=json.dumps(given), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
