"""`<event-timeline>` on a site: two scripts, a data file, and the static picture inside."""

import json
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from eventdemo.trace.live import SCRIPTS, picture_data
from tests.trace.hand_made import fan_out
from tests.trace.live.browser import WRITE, found_at, needs_browser

pytestmark = needs_browser
PAGE = """<!DOCTYPE html>
<body data-md-color-scheme="SCHEME">
<event-timeline src="SRC"><img alt="the static picture"></event-timeline>
<script type="module" src="element.js"></script>
<script type="module">
WRITE
await customElements.whenDefined("event-timeline");
await new Promise((resolve) => setTimeout(resolve, 500));
const element = document.querySelector("event-timeline");
const card = getComputedStyle(element).getPropertyValue("--card").trim();
say([element.querySelectorAll("[data-span]").length, element.querySelectorAll("img").length, card]);
</script>
</body>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Do not log requests."""


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    for script in SCRIPTS:
        shutil.copy(script, folder)
    (folder / "there.json").write_text(json.dumps(picture_data([fan_out("sync")])), "utf-8")
    for scheme, src in (("default", "there.json"), ("slate", "there.json"), ("default", "missing.json")):
        page = PAGE.replace("SCHEME", scheme).replace("SRC", src).replace("WRITE", WRITE)
        (folder / f"{scheme}-{src}.html").write_text(page, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_element_uses_the_colours_of_the_site(site, tmp_path):
    assert found_at(f"{site}/default-there.json.html", tmp_path) == [4, 0, "#ffffff"]
    assert found_at(f"{site}/slate-there.json.html", tmp_path) == [4, 0, "#0d1117"]


def test_the_static_picture_stays_if_there_is_no_data(site, tmp_path):
    assert found_at(f"{site}/default-missing.json.html", tmp_path)[:2] == [0, 1]
