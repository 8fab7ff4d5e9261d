"""A reader of the built site opens the playground: runs, schedules, the game and code of the reader's own."""

import pytest

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
        self.address, self.problems = address, []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        context.on("request", lambda request: self.request(request.url))

    def request(self, url):
        if not url.startswith((self.address, "data:", "blob:")):
            self.problems.append(url)

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


def test_the_next_visit_loads_python_from_the_browser(reader, context, served):
    address, asked = served
    before = len(asked)
    again = Reader(context, address)

    again.open("logout+--users+1")
    again.result("1 user,")

    assert any("/playground/worker.js" in path for path in asked[before:])
    assert not [path for path in asked[before:] if "/playground/runtime/" in path]
    assert again.problems == []
