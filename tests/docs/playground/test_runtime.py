"""The playground's Python, under Node and in a browser: the same answers as here, and nothing from another host."""

import json
import shutil
import subprocess
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest

from docs.pages import playground, playground_runtime
from docs.playground.desk import answer
from eventdemo.trace.live import SCRIPTS
from tests.docs.playground.site import Handler
from tests.house.repo import ROOT
from tests.needs import CHROMIUM, NODE, needs, without_chromium, without_extra, without_playground

pytestmark = needs(without_playground())
PATIENCE = 900
"""Seconds. A machine that runs much else takes a minute to start Python in a browser."""
LINES = ["compare logout --users 3", "compare rate-limit", "replay logout-race/awaited/fifo/01", "compare logut"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder whose subfolder is the site, as far as the playground needs it."""
    folder = tmp_path_factory.mktemp("served")
    place = folder / "sub" / "playground"
    playground_runtime.copy_to(place / "runtime")
    for script in (ROOT / "docs/playground").glob("*.js"):
        shutil.copy(script, place)
    (folder / "sub/javascripts").mkdir()
    for script in SCRIPTS:
        shutil.copy(script, folder / "sub/javascripts")
    body = playground.content().partition("\n<div")[2]
    (place / "index.html").write_text(
        f"<!DOCTYPE html><html lang='en'><link rel='icon' href='data:,'><div{body}", "utf-8"
    )
    return folder


def test_under_node_the_answers_are_the_same_byte_for_byte(folder):
    place = folder / "sub" / "playground"
    given = {
        "runtime": str(place / "runtime.js"),
        "folder": str(place / "runtime"),
        "lines": [x.split() for x in LINES],
    }
    (place / "package.json").write_text('{"type": "module"}')
    script = ROOT / "tests/docs/playground/run.mjs"
    run = subprocess.run(
        [NODE, script], input=json.dumps(given), capture_output=True, text=True, check=False, timeout=PATIENCE
    )

    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert json.loads(run.stdout) == [json.loads(json.dumps(answer(line.split()))) for line in LINES]


@pytest.fixture
def server(folder):
    running = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    thread = Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@needs(without_extra("test", "playwright") or without_chromium())
def test_in_a_browser_a_run_gives_the_ledger_of_the_command_line(server):
    from playwright.sync_api import sync_playwright

    heard = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(server) else heard.append(request.url))
        page.goto(f"{server}/sub/playground/#logout+--users+2+--seed+3")
        page.wait_for_selector("[data-picture] [data-span]")
        first = page.text_content("details pre")
        page.fill("[data-option='--users']", "1")
        page.press("[data-option='--users']", "Tab")
        page.wait_for_function("document.querySelector('details pre').textContent.includes('1 user')")
        command, address = page.text_content("[data-command]"), page.evaluate("location.hash")
        page.goto(f"{server}/sub/playground/#logut")
        error = page.text_content("[role=alert]")
        page.goto(f"{server}/sub/playground/#explore+mine.py:sold_twice")
        page.wait_for_function("/claim is refuted/.test(document.querySelector('[data-result] pre')?.textContent)")
        browser.close()

    assert first == answer(["compare", "logout", "--users", "2", "--seed", "3"])["text"]
    assert command == "eventdemo compare logout --users 1 --seed 3"
    assert address == "#logout+--users+1+--seed+3"
    assert "did you mean 'logout'?" in error
    assert heard == []
