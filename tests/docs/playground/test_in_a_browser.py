"""A reader of the built site opens the playground: runs, schedules, the game and code of the reader's own."""

import re

import pytest

from docs.pages.playground import LOADS
from docs.playground.desk import answer
from tests.needs import needs, without_chromium, without_extra, without_playground

pytestmark = [
    needs(without_playground()),
    needs(without_extra("test", "playwright", "mkdocs")),
    needs(without_chromium()),
]
PATIENCE = 300
"""Seconds. A busy machine takes most of a minute until Python has started."""


class Reader:
    """A browser, and everything that it should not do: print to the console, fail, or ask another host."""

    def __init__(self, context, address):
        self.address, self.problems, self.requests = address, [], []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        context.on("request", lambda request: self.request(request.url))

    def request(self, url):
        self.requests.append(url)
        if not url.startswith((self.address, "data:", "blob:")):
            self.problems.append(url)

    def loads_packages(self):
        """Return whether the page has started a new Python, which alone reads the packages."""
        return any(url.endswith("/packages.zip") for url in self.requests)

    def open(self, run):
        self.page.goto(f"{self.address}/playground/#{run}")

    def wait_for(self, condition):
        """Wait for a condition in JavaScript. If it never holds, fail with what the page shows and printed."""
        from playwright.sync_api import TimeoutError as TooLate

        try:
            self.page.wait_for_function(condition)
        except TooLate:
            status = self.page.text_content("[data-status]")
            pytest.fail(f"{condition} never holds. The page says {status!r}, the console {self.problems}.")

    def result(self, text):
        """Return the text of the result in the page as soon as it contains `text`."""
        shown = "document.querySelector('[data-result] .highlight code')?.textContent"
        self.wait_for(f"{shown}?.includes({text!r})")
        return self.page.evaluate(shown)


@pytest.fixture(scope="module")
def python(context, served):
    """Return a reader whose page has started Python."""
    reader = Reader(context, served[0])
    reader.open("logout+--users+2+--seed+3")
    reader.result("2 users")
    return reader


@pytest.fixture
def reader(python):
    yield python
    assert python.problems == []


def test_a_run_gives_the_bytes_of_the_command_line(reader):
    reader.open("logout+--users+2+--seed+3")

    assert reader.result("2 users") == answer(["compare", "logout", "--users", "2", "--seed", "3"])["text"]


def test_a_changed_option_is_computed_and_is_in_the_address(reader):
    reader.page.fill("[data-option='--users']", "1")
    reader.page.press("[data-option='--users']", "Tab")

    assert "1 user," in reader.result("1 user,")
    assert reader.page.evaluate("location.hash").endswith("--users+1+--seed+3")


def test_a_mistake_is_a_sentence(reader):
    reader.open("logut")

    reader.wait_for("document.querySelector('[role=alert]')?.textContent.includes(\"did you mean 'logout'?\")")


def test_a_link_to_a_schedule_draws_it_and_walks_it_line_by_line(reader):
    reader.open("logout-race/awaited/fifo/01")
    reader.wait_for("document.querySelector('[data-picture] [data-span]')")
    reader.page.get_by_role("slider").focus()

    lit, marks = {}, {}
    for number in (1, 2, 3):
        reader.page.keyboard.press("ArrowRight")
        lit[number] = reader.page.inner_text("[data-picture] .lit")
        marks[number] = reader.page.locator("[data-picture] [data-span]:not(.aside)").count()

    assert "await self._database.write(" in lit[2]  # log_out_device deletes the devices
    assert "await self._store.device_tokens(" in lit[3]  # unsubscribe_from_topics finds none
    assert marks == {1: 3, 2: 1, 3: 1}


def test_a_program_of_the_readers_own_has_its_race(reader):
    reader.open("explore+mine.py:sold_twice")

    assert "The claim is refuted" in reader.result("eventdemo replay mine.py:sold_twice")


def test_the_game_is_won_with_the_keyboard(reader):
    reader.open("game+logout-race")
    reader.page.get_by_role("button", name="End the wait of log_out_device").focus()
    reader.page.keyboard.press("2")

    reader.wait_for(
        "document.querySelector('.says').textContent.includes('The smallest schedule that fails takes 1 choice')"
    )
    reader.page.keyboard.press("Backspace")
    reader.wait_for("document.querySelectorAll('.moves button').length === 2")


MEMORY = """async (content) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const kept = (await cache.keys()).find(({ url }) => url.includes("/memory-"));
    if (kept && content) await cache.put(kept, new Response(content));
    if (kept) return true;
  }
  return false;
}"""
"""Return whether the browser has Python's memory, and replace it if there is a content."""


def test_the_next_visit_loads_python_from_the_browser_and_continues_from_its_memory(reader, context, served):
    address, asked = served
    reader.wait_for(f"({MEMORY})()")
    before = len(asked)
    again = Reader(context, address)

    again.open("logout+--users+1")

    assert again.result("1 user,") == answer(["compare", "logout", "--users", "1"])["text"]
    assert any("/playground/worker.js" in path for path in asked[before:])
    assert not [path for path in asked[before:] if "/playground/runtime/" in path]
    assert not again.loads_packages()
    assert again.problems == []
    assert again.page.evaluate("navigator.storage.estimate().then(({ usage }) => usage / 1e6)") == pytest.approx(
        int(re.search(r"about (\d+) MB, so", LOADS)[1]), rel=0.08
    )


def test_a_memory_that_cannot_be_used_is_replaced_by_a_new_start(reader, context, served):
    reader.wait_for(f"({MEMORY})('cut off')")
    again = Reader(context, served[0])

    again.open("logout+--users+1")

    assert "1 user," in again.result("1 user,")
    assert again.loads_packages()
    assert again.problems == []
