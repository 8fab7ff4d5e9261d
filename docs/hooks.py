"""Hooks of mkdocs: they have it build from the files that `docs/pages/sources.py` writes, and complete the result."""

import gc
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs.pages import cards, lite, lite_runtime, outputs, playground_runtime, sources, tables

FILES = TemporaryDirectory(prefix="eventdemo-site-")


def on_config(config: Any) -> Any:
    """Write the files of the site, build from them, and complete the menu."""
    gc.set_threshold(50_000)  # a build makes many objects and little garbage: collecting was a sixth of it
    gc.freeze()  # what was imported stays
    sys.modules["rfc3987_syntax"] = None  # jsonschema would compile 38 grammars, for formats that no notebook contains
    sources.write(Path(FILES.name))
    config.docs_dir = FILES.name
    config.nav = sources.with_generated(config.nav)
    return config


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> None:
    """Leave the link for editing out if there is no file to edit."""
    if not sources.by_hand(page.file.src_uri):
        page.edit_url = None


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:
    """Prepare wide tables, and outputs that are sentences, for a phone."""
    labelled = tables.labelled(html)
    return outputs.wrapping(labelled) if page.file.src_uri.startswith(("learn/", "pitfalls/")) else labelled


def on_page_context(context: Any, *, page: Any, config: Any, nav: Any) -> None:
    cards.add_card(page, Path(config.site_dir))


def on_post_build(*, config: Any) -> None:
    """Add what runs in the browser, as far as it has been built."""
    if playground_runtime.is_built():
        playground_runtime.copy_to(Path(config.site_dir) / "playground/runtime")
    if lite_runtime.is_built():
        lite.copy_to(Path(config.site_dir), config.site_url)
