"""The site: every page is in the menu, every link works, and the browser makes no requests to other hosts."""

import html
import json
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from docs import refresh
from docs.pages import notebooks, pitfalls, sources
from eventdemo.explore.guarantees.table import GUARANTEES
from eventdemo.simulate import PATTERNS, PITFALLS
from tests.house.repo import ROOT, assert_none, files, text
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("docs", "mkdocs", "yaml"))

PAGES = files("docs/*.md")
PROSE = files("*.md")
NOTEBOOKS = [PurePosixPath(path).stem for path in files("*.ipynb")]
NO_PAGES = ("proofs/", "404", "lite/")
"""What the site has beside its pages: JupyterLite describes itself in its own way."""


MADE = {
    ROOT / "docs" / path
    for path in (
        "pitfalls/index.md",
        "reference/scenarios.md",
        "threads.md",
        "changelog.md",
        "playground/index.md",
        *(f"pitfalls/{name}.md" for name in PITFALLS),
        *(f"learn/{name}.md" for name in notebooks.names()),
    )
}
"""Generated pages, which exist only in the built site."""


def is_there(path):
    return path.exists() or path.resolve() in MADE


def menu(entry):
    """Yield the pages of a part of the menu."""
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from menu(part)


def test_every_page_is_in_the_menu_once():
    import yaml

    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    # What else is made, docs/pages/sources.py puts into the menu.
    made = {"pitfalls/index.md", "reference/scenarios.md", "threads.md", "changelog.md", "playground/index.md"}

    assert sorted(menu(config["nav"])) == sorted({page.removeprefix("docs/") for page in PAGES} | made)


def test_the_menu_for_another_builder_has_every_page_that_this_one_has(built):
    menu_of = {address_of(f"docs/{page}") for page in menu(sources.configuration()["nav"])}

    assert menu_of == {page for page in built if not page.startswith(NO_PAGES)}


def test_the_configuration_for_another_builder_names_only_files_beside_it():
    config = sources.configuration()

    assert (config["docs_dir"], config["theme"]["custom_dir"]) == ("docs", "theme")
    assert "hooks" not in config


def test_there_are_at_most_six_tabs_and_each_opens_on_its_index():
    import yaml

    tabs = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]

    assert len(tabs) <= 6
    assert_none(
        f"{name} opens on {first}" for tab in tabs for name, (first, *_) in tab.items() if "index.md" not in first
    )


def test_every_pitfall_has_a_title():
    assert pitfalls.TITLES.keys() == set(PITFALLS)


def test_every_page_says_what_it_is_about_to_search_engines(site, built):
    pages = {path: (site / path).read_text("utf-8") for path in built if not path.startswith(NO_PAGES)}
    descriptions = {
        path: re.search(r'<meta name="description" content="([^"]*)"', page) for path, page in pages.items()
    }

    assert_none(path for path, found in descriptions.items() if not found or len(found[1]) < 20)
    assert len({found[1] for found in descriptions.values()}) == len(descriptions)


def test_search_engines_find_every_page(site, built):
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    pages = {path.removesuffix("index.html") for path in built if not path.startswith(NO_PAGES)}

    assert_none(
        path for path in sorted(pages) if f"<loc>https://eventdemo.github.io/eventdemo/{path}</loc>" not in sitemap
    )


def test_the_link_to_the_repository_asks_its_host_for_nothing(site):
    page = (site / "index.html").read_text("utf-8")

    assert 'href="https://github.com/eventdemo/eventdemo"' in page
    assert 'data-md-component="source"' not in page


def in_the_menu(built, tab, name):
    """Return whether the menu of a tab has a page; other tabs leave its parts out."""
    return f"{name}/" in built[f"{tab}/index.html"].links


def test_every_pitfall_has_its_page_in_the_menu(built):
    assert_none(name for name in PITFALLS if f"pitfalls/{name}/index.html" not in built)
    assert_none(name for name in PITFALLS if not in_the_menu(built, "pitfalls", name))


def test_a_pitfall_has_its_picture_even_without_script(site):
    for name in PITFALLS:
        page = (site / "pitfalls" / name / "index.html").read_text("utf-8")

        assert f'<event-timeline src="../{name}.json"><img width="' in page
        for theme in ("light", "dark"):
            assert f'src="../{name}-{theme}.svg#only-{theme}"' in page
            assert (site / "pitfalls" / f"{name}-{theme}.svg").is_file()
        assert set(json.loads((site / "pitfalls" / f"{name}.json").read_text("utf-8"))) >= {"drawings", "subjects"}


def test_every_notebook_is_rendered_with_its_pictures_and_outputs(site, built):
    for name in NOTEBOOKS:
        page = (site / "learn" / name / "index.html").read_text("utf-8")
        saved = json.loads((ROOT / f"notebooks/{name}.ipynb").read_text("utf-8"))
        outputs = [output for cell in saved["cells"] for output in cell.get("outputs", ())]
        drawn = sum("image/svg+xml" in output.get("data", {}) for output in outputs)

        assert in_the_menu(built, "learn", name)
        live = rf'<event-timeline src="\.\./{name}_pictures/\w+\.json"><img width="\d+" height="\d+" alt="Timelines of '
        assert len(re.findall(live, page)) == drawn
        for line in ("".join(output["text"]).splitlines()[0] for output in outputs if output.get("text")):
            assert html.escape(line.strip(), quote=False) in page


def test_every_pattern_has_its_page(built):
    assert_none(name for name in PATTERNS if f"patterns/{name}/index.html" not in built)


def test_every_guarantee_has_an_anchor(built):
    names = [guarantee.experiment.name for guarantee in GUARANTEES]

    assert_none(name for name in names if name not in built["guarantees/index.html"].anchors)


def test_pages_name_tests_with_their_folders():
    named = ((page, name) for page in PAGES for name in re.findall(r"`(test_\w+\.py)", text(page)))

    assert_none(f"{page} names {name} without its folder" for page, name in named)


def address_of(page):
    """Return the file of the site that a page becomes."""
    name = PurePosixPath(page).relative_to("docs").with_suffix("")
    return str(name.with_suffix(".html") if name.name == "index" else name / "index.html")


def test_every_page_is_on_the_site(built):
    assert_none(page for page in PAGES if address_of(page) not in built)


def test_no_page_loads_anything_from_another_host(built):
    loads = {address for page in built.values() for address in page.loads}

    assert loads
    assert not {address for address in loads if urlsplit(address).netloc}


def test_no_stylesheet_loads_anything_from_another_host(site):
    loading = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//")
    sheets = list(site.rglob("*.css"))

    assert sheets
    assert not [sheet.name for sheet in sheets if loading.search(sheet.read_text("utf-8"))]


def test_every_internal_link_has_its_page_and_anchor(site, built):
    broken = []
    for page, link in [(page, link) for page, parsed in built.items() if page != "404.html" for link in parsed.links]:
        target = urlsplit(urljoin(f"/{page}", link))
        path = unquote(target.path).lstrip("/") + ("index.html" if target.path.endswith("/") else "")
        if target.netloc or target.scheme == "mailto" or path == "playground/index.html":  # see tests/docs/playground
            continue
        anchors = built[path].anchors if path in built else {target.fragment}
        if not (site / path).is_file() or (target.fragment and target.fragment not in anchors):
            broken.append(f"{page} -> {link}")

    assert_none(broken)


def missing_from(page):
    """Yield the links and paths in the prose of a page that do not exist."""
    prose = re.sub(r"^(`{3,}).*?^\1$|^ {4}.*?$", "", text(page), flags=re.MULTILINE | re.DOTALL)
    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "//" not in link}
    named = set(re.findall(r"`((?:eventdemo|mock_services|docs|tests|notebooks|benchmarks)/[\w./-]*)`", prose))
    yield from (link for link in sorted(links) if link and not is_there((ROOT / page).parent / link))
    yield from (path for path in sorted(named) if not (ROOT / path).exists())


def test_every_link_and_path_in_the_prose_is_a_file():
    assert_none(f"{page}: {path}" for page in PROSE for path in missing_from(page))


def test_refresh_covers_every_page():
    assert set(PAGES) == {page for page in refresh.pages() if page.startswith("docs/")}


def test_each_captured_block_says_what_printed_it_or_which_file_it_is(site):
    page = (site / "quickstart/index.html").read_text("utf-8")
    captured = re.findall(r"<!-- (output of|file): (.+) -->", text("docs/quickstart.md"))

    labels = re.findall(r'<span class="filename">(.*?)</span>', page)
    assert labels == [f"$ {source}" if kind == "output of" else source for kind, source in captured]
