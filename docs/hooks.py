"""Hooks of mkdocs: they add the generated pages, and link each proof to its page.

Generated pages repeat what the repo already contains: the pitfalls, the scenarios, the notebooks, and one page for each
file that a page names as a proof.
"""

import gc
import re
import sys
from html import escape
from pathlib import Path
from textwrap import shorten
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs.pages import generated, live_pictures, notebooks, playground_runtime, proofs, tables
from eventdemo.simulate import PITFALLS

PROOFS = proofs.Proofs()
PICTURES: live_pictures.Printed = {}


def on_config(config: Any) -> Any:
    """Add the notebooks and the pitfalls to the menu, in order."""
    for section in config.nav:
        if "Learn" in section:
            section["Learn"][1:1] = [f"learn/{name}.md" for name in notebooks.names()]
        if "Problems" in section:
            section["Problems"] += [f"pitfalls/{name}.md" for name in PITFALLS]
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """Add the generated pages, then those of the proofs that pages name."""
    from mkdocs.structure.files import File, InclusionLevel

    gc.set_threshold(50_000)  # a build makes many objects and little garbage: collecting was a sixth of it
    gc.freeze()  # the pitfall collected-task collects garbage in every schedule, and this is most of what there is
    for page in generated():
        files.append(File.generated(config, page.path, content=page.content))
    for file in files.documentation_pages():
        PROOFS.note(file.content_string)
    for page in PROOFS.pages():
        files.append(File.generated(config, page.path, content=page.content, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Replace the names of tests and files by links. The first paragraph describes the page to search engines."""
    page.meta.setdefault("description", first_paragraph(markdown))
    if page.file.generated_by:
        page.edit_url = None  # there is no file to edit
    return PROOFS.linked(markdown, page.file.src_uri)


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:
    """Make the pictures interactive, and prepare wide tables for a phone."""
    return tables.labelled(live_pictures.made_live(html, PICTURES))


def on_post_build(*, config: Any) -> None:
    """Add the data of the pictures, and the runtime of the playground if it has been built."""
    for name, data in PICTURES.items():
        (Path(config.site_dir) / f"pictures/{name}.json").write_text(data, "utf-8")
    if playground_runtime.is_built():
        playground_runtime.copy_to(Path(config.site_dir) / "playground/runtime")


def first_paragraph(markdown: str) -> str:
    """Return the first paragraph as plain text of at most 160 characters, escaped because the theme doesn't do it."""
    text = re.sub(r"^(---.*?^---|<!--.*?-->|\[\[.*?\]\])", "", markdown, flags=re.MULTILINE | re.DOTALL)
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    plain = next((part for part in paragraphs if part[:1].isalpha() or part[:1] in "`*["), "")
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", lambda match: match[1] or "", plain)
    return escape(shorten(plain, 160, placeholder=" …"))
