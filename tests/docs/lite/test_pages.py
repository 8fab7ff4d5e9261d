"""A notebook's page says how to open it, and what opens is the notebook without outputs, with links to the site."""

import json
import re

import pytest

from docs.pages import lite, notebooks
from tests.house.repo import ROOT, assert_none, text
from tests.needs import needs, without_lite

SITE = "https://shop.example/docs/"


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Return the notebooks that the site serves, by name."""
    folder = tmp_path_factory.mktemp("lite")
    lite.write_notebooks(folder, SITE)
    listed = json.loads((folder / "api/contents/all.json").read_text())["content"]
    return {entry["name"]: (folder / "files" / entry["path"]).read_text("utf-8") for entry in listed}


def test_every_notebook_is_there_without_outputs(copies):
    assert [name.removesuffix(".ipynb") for name in copies] == notebooks.names()
    for copy in copies.values():
        assert not any(cell.get("outputs") for cell in json.loads(copy)["cells"])


def is_page(address):
    return any((ROOT / f"docs/{address.rstrip('/')}{end}").is_file() for end in (".md", "/index.md"))


def test_links_lead_to_pages_of_the_site(copies):
    links = {link for copy in copies.values() for link in re.findall(r"\]\(([^)]*)\)", copy)}
    pages = {link.removeprefix(SITE).partition("#")[0] for link in links if link.startswith(SITE)}

    assert len(pages) > 5
    assert_none(page for page in pages if not is_page(page))
    assert_none(link for link in links if "//" not in link and link not in copies)


def test_a_page_says_what_is_loaded_or_how_to_run_it_elsewhere(monkeypatch):
    monkeypatch.setattr(lite.runtime, "is_built", lambda: True)
    monkeypatch.setattr(lite.runtime, "megabytes", lambda: 20.6)

    assert 'href="../../lite/notebooks/index.html?path=08_lost_events.ipynb"' in lite.invitation("08_lost_events")
    assert "about 21 MB" in lite.invitation("08_lost_events")
    assert "it needs your machine: run `make lab`" in lite.invitation("12_durable_queue")

    monkeypatch.setattr(lite.runtime, "is_built", lambda: False)
    assert lite.invitation("08_lost_events") == "Run `make lab` to open it on your machine."


def test_every_package_is_pinned_by_its_digest():
    _, *lines = text("docs/lite/requirements.lock").splitlines()

    assert all(re.fullmatch(r"[\w-]+==[\w.]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)


@needs(without_lite())
def test_a_page_of_jupyterlite_that_has_changed_is_reported():
    page = (lite.runtime.BUILT / "app/notebooks/index.html").read_text("utf-8")

    assert "runtime/jupyterlite-1/build/notebooks/bundle.js" in lite.made_ours(page, "jupyterlite-1", SITE)
    with pytest.raises(ValueError, match=r"should have .* once"):
        lite.made_ours(page.replace("../build/", "../bundles/"), "jupyterlite-1", SITE)
