"""Opens a page in a headless Chromium, if there is one, and reads the result of its script."""

import json
import re
import subprocess
from html import unescape

from tests.needs import CHROMIUM, needs, without_chromium

needs_browser = needs(without_chromium())
WRITE = """
const say = (found) => {
  document.body.innerHTML = "<pre></pre>";
  document.body.firstChild.textContent = JSON.stringify(found);
};
"""


def found_by(page, script, folder):
    """Return what `script`, a module that calls `say` once, reports after the page's own scripts have run."""
    path = folder / "page.html"
    path.write_text(page.replace("</body>", f'<script type="module">{WRITE}\n{script}</script></body>'), "utf-8")
    return found_at(path.as_uri(), folder)


def found_at(address, folder):
    """Return what the page at an address reports."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    run = subprocess.run(
        [CHROMIUM, *flags, "--window-size=1280,900", "--virtual-time-budget=5000", "--dump-dom", address],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    written = re.search(r"<pre>(.*?)</pre>", run.stdout, re.DOTALL)
    assert written, run.stdout[-500:]
    return json.loads(unescape(written[1]))
