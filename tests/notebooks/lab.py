"""JupyterLab on a copy of the notebooks, and a reader in headless Chromium who runs cells, clicks and types."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from tests.house.repo import ROOT

QUIET = ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None"]
"""As in `make lab`: otherwise JupyterLab would request news from a server."""
SETTINGS = {
    "notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},  # every cell is in the page
    "apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
}
PATIENCE = 60
"""The time limit of each step, in seconds."""


@contextmanager
def lab(folder):
    """Serve copies of the notebooks from `folder` on this machine; yield the address to open one at."""
    work, settings = folder / "notebooks", folder / "settings" / "@jupyterlab"
    work.mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        (work / path.name).write_text(json.dumps(_unrun(json.loads(path.read_text("utf-8")))), "utf-8")
    for name, setting in SETTINGS.items():
        (settings / name).parent.mkdir(parents=True, exist_ok=True)
        (settings / name).write_text(json.dumps(setting))
    folders = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"), "IPYTHONDIR": str(folder / "ipython")}
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", *QUIET]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        cwd=work,
        env=os.environ | folders,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _address(folder / "runtime", server)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _unrun(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def _address(runtime, server):
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            if (running := json.loads(path.read_text() or "{}")).get("port"):
                return f"http://127.0.0.1:{running['port']}/doc/tree/{{}}?token={running['token']}"
        time.sleep(0.1)
    raise TimeoutError("JupyterLab did not start")


class Reader:
    """A reader of a notebook."""

    def __init__(self, page, address, name):
        self.page = page
        page.goto(address.format(name))
        self.cells = page.locator(".jp-Notebook .jp-Cell")
        page.get_by_text("| Idle").wait_for()

    def cell(self, source):
        """Return the code cell that contains a text, and bring it into view."""
        found = self.page.locator(".jp-Notebook .jp-CodeCell", has=self.page.locator(".cm-content", has_text=source))
        found.first.scroll_into_view_if_needed()
        return found.first

    def run(self, source):
        """Run that cell, and return its output."""
        cell = self.cell(source)
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        ends = time.monotonic() + PATIENCE
        while not re.fullmatch(r"\[\d+\]:", now := prompt.inner_text()) or now == before:
            assert time.monotonic() < ends, f"{source!r} does not end"
            time.sleep(0.05)
        return cell.locator(".jp-Cell-outputWrapper")

    def write(self, source, text):
        """Replace the text of that cell."""
        self.cell(source).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def look(self, folder, name):
        """Save a screenshot."""
        self.page.screenshot(path=Path(folder) / f"{name}.png")
