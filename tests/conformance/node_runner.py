"""The real EventEmitter2: `node/run.mjs` in one process that is fed program after program."""

import json
import shutil
import subprocess
from pathlib import Path

NODE = Path(__file__).parent / "node"


class EventEmitter2:
    """Runs programs; use it in a `with` block."""

    def __enter__(self):
        command = [shutil.which("node"), str(NODE / "run.mjs")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)

    def run(self, program, modes=""):
        """Return the trace of a program, made in the modes that are named with commas between them."""
        self._process.stdin.write(json.dumps({"program": program, "modes": modes.split(",")}) + "\n")
        self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            raise RuntimeError(f"node ended with {self._process.wait(timeout=10)} on {json.dumps(program)}")
        return json.loads(line)
