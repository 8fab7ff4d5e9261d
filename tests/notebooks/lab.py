"""JupyterLab as `make lab` opens it, and a reader in headless Chromium who runs cells, clicks and types."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from notebooks.lab import COPIES
from tests.house.repo import ROOT

FOLDER = COPIES.relative_to(ROOT).as_posix()
SETTINGS = {"notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"}}  # every cell is in the page
PATIENCE = 180
"""The time limit of each step, in seconds."""


@contextmanager
def lab(folder):
    """Run `make lab` in a copy of the repository's pages; yield the address to open one of its notebooks at."""
    settings = folder / "settings" / "@jupyterlab"
    for name in ("notebooks", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "pages", "examples"))
    for name, setting in SETTINGS.items():
        (settings / name).parent.mkdir(parents=True, exist_ok=True)
        (settings / name).write_text(json.dumps(setting))
    folders = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"), "IPYTHONDIR": str(folder / "ipython")}
    server = subprocess.Popen(
        [sys.executable, "-m", "notebooks.lab", "--no-browser", "--ip=127.0.0.1", "--port=0"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"} | folders,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _address(folder / "runtime", server)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _address(runtime, server):
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            if (running := json.loads(path.read_text() or "{}")).get("port"):
                return f"http://127.0.0.1:{running['port']}/doc/tree/{FOLDER}/{{}}?token={running['token']}"
        time.sleep(0.1)
    raise TimeoutError("JupyterLab did not start")


class Reader:
    """A reader of a notebook."""

    def __init__(self, page, address, name):
        self.page, self.address, self.name = page, address, name
        self.cells = page.locator(".jp-Notebook .jp-Cell")
        self.open()

    def open(self, times=3):
        """Open the notebook, and wait for its kernel; open it again if JupyterLab gave up on a slow one."""
        from playwright.sync_api import TimeoutError as SlowPageError

        self.page.goto(self.address.format(self.name))
        try:
            self.page.get_by_text("| Idle").wait_for(timeout=PATIENCE * 1000 / times)
        except SlowPageError:
            if times == 1:
                raise
            self.open(times - 1)

    def cell(self, source):
        """Return the code cell that contains a text, and bring it into view."""
        found = self.page.locator(".jp-Notebook .jp-CodeCell", has=self.page.locator(".cm-content", has_text=source))
        found.first.scroll_into_view_if_needed()
        return found.first

    def run(self, source):
        """Run that cell, and return its output."""
        cell = self.cell(source)
        prompt = cell.locator(".jp-InputPrompt").first
        prompt.evaluate("prompt => prompt.textContent = ''")  # a new kernel counts from 1 again
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        ends = time.monotonic() + PATIENCE
        while not re.fullmatch(r"\[\d+\]:", prompt.inner_text()):
            assert time.monotonic() < ends, f"{source!r} does not end"
            time.sleep(0.05)
        return cell.locator(".jp-Cell-outputWrapper")

    def read(self, source, *texts):
        """Run that cell, wait until its output contains these texts, and return it: a widget comes after its cell."""
        output, ends = self.run(source), time.monotonic() + PATIENCE
        while not all(text in " ".join(output.inner_text().split()) for text in texts):
            assert time.monotonic() < ends, f"{source!r} does not show {texts}, but {output.inner_text()!r}"
            time.sleep(0.05)
        return output

    def write(self, source, text):
        """Replace the text of that cell."""
        self.cell(source).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def save(self, shown):
        """Save the notebook, and wait until the file on disk contains an output."""
        self.page.keyboard.press("Escape")
        ends = time.monotonic() + PATIENCE
        while shown not in self._ask("GET", f"contents/{FOLDER}/{self.name}").text():
            assert time.monotonic() < ends, f"{self.name} is not saved"
            self.page.keyboard.press("Control+s")
            time.sleep(0.5)

    def end_kernels(self):
        """End every kernel, as switching the machine off does."""
        for session in self._ask("GET", "sessions").json():
            self._ask("DELETE", f"sessions/{session['id']}")

    def _ask(self, method, what):
        server, _, token = self.address.partition("?")
        server = server.partition("/doc/")[0]
        return self.page.request.fetch(f"{server}/api/{what}?{token}", method=method)

    def look(self, folder, name):
        """Save a screenshot, if there is a folder for it."""
        if folder is not None:
            self.page.screenshot(path=Path(folder) / f"{name}.png")
