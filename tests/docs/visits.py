"""The built site in a headless Chromium: one page, which a test sends from address to address."""

from contextlib import contextmanager

from tests.docs.playground.server import serving
from tests.needs import CHROMIUM


@contextmanager
def visiting(site):
    """Serve the site; yield the page, for which addresses are relative to the site."""
    from playwright.sync_api import sync_playwright

    with serving(site) as (address, _), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(base_url=f"{address}/", reduced_motion="reduce")
        page.set_default_timeout(120_000)
        yield page
        chromium.close()
