"""The built site, which several files of tests read."""

import subprocess
import sys

import pytest

from tests.docs.built import Html
from tests.docs.playground.server import serving
from tests.house.repo import ROOT
from tests.needs import CHROMIUM


@pytest.fixture(scope="session")
def site(once):
    """Build the site strictly, where a warning of mkdocs is an error."""
    return once("site", build)


def build(folder):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="module")
def built(site):
    """Return the built pages by their address."""
    return {path.relative_to(site).as_posix(): Html(path.read_text("utf-8")) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def served(site):
    """Serve the site; return its address and what is asked of it."""
    with serving(site) as served:
        yield served


@pytest.fixture(scope="module")
def context(served):
    """Return a browser without a history, which closes before the server does."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_context()
        browser.close()
