"""A reader in JupyterLab predicts, runs, moves a slider, solves an exercise, and makes a mistake."""

import os

import pytest

from eventdemo.learn import exercise
from tests.needs import CHROMIUM, needs, without_chromium, without_extra
from tests.notebooks.lab import PATIENCE, Reader, lab

pytestmark = [needs(without_extra("test", "playwright", "jupyterlab")), needs(without_chromium())]


@pytest.fixture(scope="module")
def open_notebook(tmp_path_factory):
    from playwright.sync_api import sync_playwright

    with lab(tmp_path_factory.mktemp("lab")) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        yield lambda name: Reader(page, address, name)
        browser.close()


@pytest.fixture(scope="module")
def first(open_notebook):
    """Return a reader of the first notebook. Opening a notebook takes longer than most tests of it."""
    reader = open_notebook("00_start_here.ipynb")
    reader.run("%load_ext")
    return reader


@pytest.fixture(scope="module")
def lost(open_notebook):
    """Return a reader of the notebook on lost events, which has run no cell yet."""
    return open_notebook("08_lost_events.ipynb")


@pytest.fixture
def shots():
    """The folder for screenshots: set SCREENSHOTS to get them."""
    return os.environ.get("SCREENSHOTS")


def test_a_reader_goes_through_the_first_notebook(first, shots):
    asked = first.run('predict("emit-returns")')
    first.read("guess.score(trace)", "Predict first")
    asked.get_by_text("when both listeners have finished").click()
    asked.get_by_role("button", name="Lock it in").click()
    asked.get_by_text("emit only starts the listeners").click()
    asked.get_by_text("Now run the cell below.").wait_for()
    first.look(shots, "00-predicted")
    first.read(
        "guess.score(trace)", "✗ You predicted a, when both listeners have finished", "Your reason is right, though"
    )

    first.run("picture(trace)").locator("svg [data-panel]").first.wait_for()
    first.look(shots, "00-picture")

    desk = first.run("desk = sliders")
    assert desk.get_by_text("previous position").count() == 0
    panel = desk.locator("svg [data-panel]")
    assert panel.get_attribute("data-panel") == "bounded:2"
    desk.locator(".noUi-handle").nth(1).focus()
    first.page.keyboard.press("ArrowRight")
    desk.locator('svg [data-panel="bounded:3"]').wait_for()
    desk.get_by_text("previous position", exact=True).wait_for()
    first.look(shots, "00-slider")

    first.run('bound = exercise("largest-bound")')
    first.read("limit = ...", "The gap is still empty")
    first.write("limit = ...", "limit = 16\n\nbound.check(limit)")
    wrong = first.read("limit = 16", "✗ With a limit of 16, Oracle rate-limits 12 calls")
    wrong.locator("svg [data-panel]").first.wait_for()
    first.look(shots, "00-wrong")
    first.write("limit = 16", "limit = 15\n\nbound.check(limit)")
    first.read("limit = 15", "✓ With a limit of 15")
    first.look(shots, "00-right")


def test_the_code_stands_at_the_side_of_its_picture_and_below_it_in_a_narrow_window(first, shots):
    first.run('simulate("logout", strategy="awaited"')
    drawn = first.run("picture(trace)")
    drawn.locator("svg [data-panel]").first.wait_for()

    def boxes():
        return [drawn.locator(f".event-timeline {part}").first.bounding_box() for part in ("svg", ".source")]

    picture, code = boxes()
    assert code["x"] >= picture["x"] + picture["width"]
    assert code["y"] < picture["y"] + picture["height"] / 2
    first.look(shots, "00-side")

    wide = first.page.viewport_size
    first.page.set_viewport_size({"width": 700, "height": 900})
    try:
        drawn.locator("svg").first.scroll_into_view_if_needed()
        first.page.wait_for_function("document.querySelector('.event-timeline').clientWidth < 700")
        picture, code = boxes()
        assert code["y"] >= picture["y"] + picture["height"]
        first.look(shots, "00-below")
    finally:
        first.page.set_viewport_size(wide)


def test_a_mistake_in_a_cell_is_one_sentence_and_the_kernel_continues(first, shots):
    first.write("picture(trace)", 'simulate("logut")')
    shown = first.run('simulate("logut")').inner_text()

    assert shown.strip() == "Line 1, `simulate(\"logut\")`: There is no scenario 'logut': did you mean 'logout'?"
    first.look(shots, "00-mistake")
    first.read("score_card(", "Right at the first try")


def test_links_lead_to_the_pages_and_to_the_code(first):
    first.page.get_by_role("link", name="Read a comparison").click()

    first.page.locator(".jp-MarkdownViewer").get_by_text("Read a comparison").first.wait_for()


def test_nothing_is_on_the_screen_before_the_reader_predicts_it(lost):
    found = lost.page.locator(".jp-RenderedMarkdown details")
    found.get_by_text("What did you find?").first.wait_for()
    assert not found.get_by_text("an event without a listener is counted").is_visible()
    assert lost.page.locator(".jp-OutputArea-output").count() == 0


def test_the_kill_slider_outlines_what_the_kill_prevents_and_a_line_of_code_shows_its_marks(lost, shots):
    lost.run("%load_ext")

    desk = lost.run("sliders(")
    desk.get_by_text("Time, to scale").wait_for()
    desk.get_by_text("without the kill", exact=True).wait_for()
    row = desk.locator("[data-row][role=button]", has_text="emit(AuthLogout")
    row.hover()
    assert "lit" in row.get_attribute("class")
    marks = desk.locator("svg [data-span]:not(.aside)").all()
    assert {mark.get_attribute("data-name") for mark in marks} == {"auth.logout"}
    lost.look(shots, "08-without-the-kill")


def test_the_next_day_there_are_pictures_and_not_errors(open_notebook, shots):
    reader = open_notebook("09_many_instances.ipynb")
    reader.run("%load_ext")
    asked = reader.run('predict("who-hears")')
    asked.get_by_text("yes: the store is shared").click()
    asked.get_by_role("button", name="Lock it in").click()
    asked.get_by_text("And why?").wait_for()
    reader.run("guess.score(apart)")
    reader.run("picture(simulate")
    reader.save("<svg")

    reader.end_kernels()
    reader = open_notebook("09_many_instances.ipynb")

    assert reader.page.get_by_text("Error displaying widget").count() == 0
    reader.cell("picture(simulate").locator(".jp-RenderedSVG").first.wait_for()
    reader.look(shots, "09-next-day")
    reader.run("%load_ext")
    reader.read('predict("who-hears")', "Locked: a, yes: the store is shared")
    reader.read("score_card(", "Right at the first try: 0 of 5.")


def test_a_reader_goes_through_the_async_flag(open_notebook, shots):
    reader = open_notebook("02_the_async_flag.ipynb")
    reader.run("%load_ext")

    asked = reader.run('predict("does-false-wait")')
    asked.get_by_text("immediately, before the handler has finished").click()
    asked.get_by_role("button", name="Lock it in").click()
    asked.get_by_text("the article says so").click()
    asked.get_by_text("Now run the cell below.").wait_for()
    reason = "we measured 15 versions of the library, and none behaves like that."
    reader.read("guess.score(measured)", "✗ You predicted a", reason)

    desk = reader.run("sliders(")
    assert desk.locator("svg [data-panel]").get_attribute("data-panel") == "both"
    desk.get_by_role("button", name="nextTick").click()
    desk.locator('svg [data-panel="nextTick"]').wait_for()
    reader.look(shots, "02-variants")

    reader.run("bus, lines = ")
    asked = reader.run('predict("which-order")')
    for line in ("plain function runs", "emit returned", "coroutine begins", "coroutine ends"):
        asked.get_by_role("button", name=line).click()
    asked.get_by_role("button", name="Lock it in").click()
    asked.get_by_text("Locked: bcad").wait_for()
    reader.look(shots, "02-order")
    reader.read('bus.emit("auth.logout", 7)', "✓ You predicted bcad")

    reader.run('dropping = exercise("nothing-dropped")').get_by_role("button", name="hint 1").click()
    hole = "dropping.check(dispatch)"
    reader.write(
        hole, f"async def dispatch(listeners, event):\n    for each in listeners:\n        each(event)\n{hole}"
    )
    reader.read(hole, "was never awaited")
    reader.look(shots, "02-wrong")
    reader.write(hole, exercise("nothing-dropped").solved + hole)
    reader.read(hole, "✓ All three are done")
    reader.look(shots, "02-right")
