"""Pictures that a page shows in two themes become interactive on the site, with data from the command that draws them.

Without script, the page shows the static pictures, and what they show in words.
"""

import io
import json
import posixpath
import re
import runpy
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from html import escape
from typing import Any
from unittest.mock import patch

from docs.pages.page import ROOT, Page

PICTURE = re.compile(
    r"<!-- picture: python (?P<command>[^>]*?\blight\b[^>]*?) -->\n"
    r"!\[(?P<alt>[^\]]*)\]\((?P<name>[^)]*)-light\.svg#only-light\)\n"
    r"<!-- picture: [^>]* -->\n"
    r"!\[[^\]]*\]\([^)]*-dark\.svg#only-dark\)\n"
)


def made_live(text: str, here: str) -> tuple[str, list[Page]]:
    """Return the Markdown of the page `here` with interactive pictures, and the data of each."""
    data = []

    def live(found: re.Match[str]) -> str:
        printed = printed_by(re.sub(r"\blight\b", "live", found["command"]))
        file = posixpath.normpath(posixpath.join(posixpath.dirname(here), found["name"]))
        data.append(Page(f"{file}.json", printed))
        address = found["name"] if posixpath.basename(here) == "index.md" else f"../{found['name']}"
        drawn = (ROOT / f"docs/{file}-light.svg").read_text("utf-8")
        return live_picture(address, in_two_themes(address, found["alt"], drawn), json.loads(printed)) + "\n"

    return PICTURE.sub(live, text), data


def live_picture(name: str, static: str, data: dict[str, Any]) -> str:
    """Return the interactive picture of `name.json`, the static one for readers without script, and both in words.

    It is HTML, whose addresses mkdocs does not rewrite, so they are relative to the page's own folder.
    """
    picture = f'<div class="picture"><event-timeline src="{name}.json">{static}</event-timeline></div>'
    return f"{picture}\n{in_words(data)}\n"


def in_two_themes(name: str, alt: str, drawn: str) -> str:
    """Return the static pictures `name-light.svg` and `name-dark.svg`, of which the theme shows one."""
    themes = ("light", "dark")
    return "".join(sized(f'<img alt="{alt}" src="{name}-{theme}.svg#only-{theme}">', drawn) for theme in themes)


def sized(image: str, drawn: str) -> str:
    """Return an image with the size of its SVG, so that a browser can reserve its place, and load it when it's near."""
    size = re.search(r'width="[\d.]+" height="[\d.]+"', drawn)
    return f'{image.replace("<img ", f"<img {size[0]} ").removesuffix(">")} loading="lazy">' if size else image


def in_words(data: dict[str, Any]) -> str:
    """Return what a picture shows as folded sentences: the ones that its marks have for screen readers."""
    drawing = data["drawings"][data["subject"]][0]
    panels = (
        f"<p><strong>{escape(panel['label'])}</strong></p><ul>{''.join(map(_item, _sentences(panel['drawn'])))}</ul>"
        for panel in drawing["panels"]
    )
    return f'<details class="words"><summary>The picture in words</summary>{"".join(panels)}</details>'


def _item(sentence: str) -> str:
    return f"<li>{escape(sentence)}</li>"


def _sentences(nodes: list[Any]) -> Iterator[str]:
    """Yield the label of each mark among the elements, `[tag, attributes, ...inside]`, and the texts of a picture."""
    for node in nodes:
        if not isinstance(node, str):
            _, attributes, *inside = node
            if attributes.get("role") == "img":
                yield attributes["aria-label"]
            yield from _sentences(inside)


def printed_by(command: str) -> str:
    """Run a script in this process, which is quicker than in one of its own, and return what it prints."""
    script, *arguments = command.split()
    with redirect_stdout(io.StringIO()) as printed, patch.object(sys, "argv", [script, *arguments]):
        runpy.run_path(str(ROOT / script))
    return printed.getvalue()
