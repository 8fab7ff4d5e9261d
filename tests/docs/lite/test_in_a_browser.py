"""A reader of the built site opens notebooks in the browser: runs, predicts, solves an exercise, and comes back."""

import gzip
from urllib.parse import unquote, urlsplit

import pytest

from docs.pages import lite, lite_runtime
from tests.needs import needs, without_chromium, without_extra, without_lite
from tests.notebooks.lab import PATIENCE, Reader

pytestmark = [
    needs(without_lite()),
    needs(without_extra("test", "playwright", "mkdocs")),
    needs(without_chromium()),
]
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((one) => one.textContent)"
ALL_RUN = rf"{PROMPTS}.every((one) => /^\[\d+\]:$/.test(one)) && {PROMPTS}.length > 10"
KERNEL = "Pyodide contents will NOT be synced"
"""What JupyterLite prints when it starts Python: its own service worker, which would sync files, is left out."""
SAVED = """async () => {
  const result = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const storage = await result(indexedDB.open(`JupyterLite Storage - ${location.pathname.split("notebooks/")[0]}`));
  const files = await result(storage.transaction("files").objectStore("files").getAll());
  storage.close();
  return JSON.stringify(files).includes("<svg");
}"""
WRONG = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"


class Visitor(Reader):
    """A reader in the notebook's own page of JupyterLite, and everything that it should not do."""

    def __init__(self, context, address, name):
        self.problems = []
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", self.printed)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        context.on("request", lambda request: self.request(request.url, address))
        super().__init__(page, f"{address}/{lite.OPENS}", name)

    def printed(self, message):
        if message.type == "error":
            self.problems.append(f"{message.text} {message.location['url']}")

    def request(self, url, address):
        if not url.startswith((address, "data:", "blob:")):
            self.problems.append(url)

    def open(self):
        with self.page.expect_console_message(lambda message: KERNEL in message.text):
            self.page.goto(self.address.format(self.name))
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    def run_all(self):
        """Run the notebook, and return what its cells say is wrong."""
        self.page.get_by_text("Run", exact=True).first.click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self.page.wait_for_function(ALL_RUN)
        return self.page.locator(WRONG).all_inner_texts()


@pytest.fixture(scope="module")
def first(context, served):
    """Return a reader who has opened the first notebook, and what that loaded."""
    reader = Visitor(context, served[0], "00_start_here")
    reader.run("%load_ext")
    return reader, set(served[1])


def test_the_page_says_how_much_a_first_visit_loads(first, site):
    _, asked = first
    paths = {site.parent / unquote(urlsplit(path).path).lstrip("/") for path in asked}
    loaded = sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths if path.is_file())

    assert loaded / 1e6 == pytest.approx(lite_runtime.megabytes(), rel=0.1)


def test_a_reader_goes_through_the_first_notebook(first):
    reader, _ = first

    asked = reader.run('predict("emit-returns")')
    asked.get_by_text("when both listeners have finished").click()
    asked.get_by_role("button", name="Lock it in").click()
    asked.get_by_text("Locked: a").first.wait_for()
    assert reader.run_all() == []
    reader.cell("guess.score(trace)").get_by_text("✗ You predicted a").wait_for()
    reader.cell("picture(trace)").locator("svg [data-panel]").first.wait_for()

    desk = reader.cell("desk = sliders")
    desk.locator(".noUi-handle").nth(1).focus()
    reader.page.keyboard.press("ArrowRight")
    desk.locator('svg [data-panel="bounded:3"]').wait_for()

    reader.write("limit = ...", "limit = 15\n\nbound.check(limit)")
    assert "✓ With a limit of 15" in reader.run("limit = 15").inner_text()
    assert reader.problems == []
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Control+s")
    reader.page.wait_for_function(SAVED)


def test_code_that_never_comes_back_is_stopped(first):
    reader, _ = first
    check = "leaving.check(shut_down, limit=0.2)"

    reader.write("leaving.check(shut_down)", f"def shut_down(bus):\n    while True: pass\n\n{check}")

    assert "Your code did not come back within 0.2 seconds, at line 2" in reader.run(check).inner_text()


def test_a_link_to_a_page_of_the_site_stays_on_this_copy(first, served):
    reader, _ = first

    with reader.page.expect_popup() as popup:
        reader.page.get_by_role("link", name="Read a comparison").click()

    assert popup.value.url == f"{served[0]}/compare/"


def test_a_saved_notebook_has_its_pictures_without_their_kernel(first, context):
    reader, _ = first
    page = context.new_page()

    page.goto(reader.page.url)

    page.locator(".jp-CodeCell", has_text="picture(trace)").locator(".jp-RenderedSVG").first.wait_for()
    assert page.get_by_text("Loading widget").count() == 0
    page.close()


def test_the_next_notebook_loads_from_the_browser_and_the_score_is_kept(first, context, served):
    address, asked = served
    before = len(asked)
    reader = Visitor(context, address, "02_the_async_flag")

    assert reader.run_all() == []
    assert reader.page.get_by_text("Error displaying widget").count() == 0
    assert not [path for path in asked[before:] if "/runtime/" in path]

    reader.write('score_card("the_async_flag")', 'score_card("start_here")')
    score = reader.run('score_card("start_here")').inner_text()
    assert "Right at the first try: 0 of" in score
    assert 'predict("emit-returns")' not in score
    assert reader.problems == []
