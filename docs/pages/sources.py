"""Everything that the site is made of, as plain files: Markdown with its links, pictures, scripts and a menu.

`docs/hooks.py` has mkdocs build from these files. For another builder, `python -m docs.pages.sources` writes them to
`build/docs`, and a configuration for it to `build/mkdocs.yml`.
"""

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from textwrap import shorten
from typing import Any

from docs.pages import live_pictures, notebooks, proofs
from docs.pages.generated import generated
from docs.pages.page import ROOT, Page
from eventdemo.simulate import PITFALLS

BUILT = ROOT / "build"
BY_HAND = ("*.md", "*.svg", "*.css", "*.js")
"""The files of `docs/` that are a part of the site."""
CAPTURED = re.compile(r"^<!-- (?P<kind>output of|file): (?P<source>.+) -->\n`{3,}\w+$", re.MULTILINE)


def write(folder: Path) -> None:
    """Write the files into a folder, in place of what it contains."""
    shutil.rmtree(folder, ignore_errors=True)
    for page in _pages():
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.content.encode() if isinstance(page.content, str) else page.content)


def with_generated(menu: Any) -> Any:
    """Return the menu of `mkdocs.yml` with the notebooks and the pitfalls in it, in order."""
    for section in menu:
        if "Learn" in section:
            section["Learn"][1:1] = [f"learn/{name}.md" for name in notebooks.names()]
        if "Problems" in section:
            section["Problems"] += [f"pitfalls/{name}.md" for name in PITFALLS]
    return menu


def by_hand(path: str) -> bool:
    """Return whether a page was written by hand, so that there is a file to edit."""
    return (ROOT / "docs" / path).is_file()


def _pages() -> Iterator[Page]:
    known = proofs.Proofs()
    texts = []
    for page in (*_hand_written(), *generated()):
        if page.path.endswith(".md"):
            assert isinstance(page.content, str)
            known.note(page.content, page.path)
            texts.append((page.path, page.content))
        else:
            yield page
    texts += [(page.path, str(page.content)) for page in known.pages()]
    for path, text in texts:
        live, pictures = live_pictures.made_live(text, path)
        yield Page(path, with_description(with_labels(known.linked(live, path))))
        yield from pictures


def _hand_written() -> Iterator[Page]:
    docs = ROOT / "docs"
    for path in sorted(path for pattern in BY_HAND for path in docs.rglob(pattern)):
        yield Page(
            path.relative_to(docs).as_posix(), path.read_bytes() if path.suffix != ".md" else path.read_text("utf-8")
        )


def with_description(markdown: str) -> str:
    """Return a page whose head describes it to search engines, with its first paragraph."""
    described = f"---\ndescription: {json.dumps(first_paragraph(markdown))}\n"
    return described + (markdown.removeprefix("---\n") if markdown.startswith("---\n") else f"---\n\n{markdown}")


def with_labels(markdown: str) -> str:
    """Return a page in which each captured block says which command printed it, or which file it is."""

    def labelled(found: re.Match[str]) -> str:
        prompt = "$ " if found["kind"] == "output of" else ""
        return f'{found[0]} title="{prompt}{found["source"]}"'

    return CAPTURED.sub(labelled, markdown)


def first_paragraph(markdown: str) -> str:
    """Return the first paragraph as plain text of at most 160 characters, escaped because the theme doesn't do it."""
    text = re.sub(r"^(---.*?^---|<!--.*?-->|\[\[.*?\]\])", "", markdown, flags=re.MULTILINE | re.DOTALL)
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n") if not part.startswith("    "))
    plain = next((part for part in paragraphs if part[:1].isalpha() or part.startswith(("`", "*", "[", '"'))), "")
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", lambda match: match[1] or "", plain)
    return escape(shorten(plain, 160, placeholder=" …"))


def configuration() -> dict[str, Any]:
    """Return `mkdocs.yml` for another builder: without hooks, and with the generated pages in its menu."""
    import yaml

    config: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    del config["hooks"]
    config["nav"] = with_generated(config["nav"])
    config["docs_dir"], config["theme"]["custom_dir"] = "docs", "theme"
    return config


def main() -> None:
    """Write the files, the theme and the configuration for another builder."""
    import yaml

    write(BUILT / "docs")
    shutil.copytree(ROOT / "docs/theme", BUILT / "theme", dirs_exist_ok=True)
    (BUILT / "mkdocs.yml").write_text(yaml.safe_dump(configuration(), sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
