"""The saved notebooks as pages with their pictures; building the site runs nothing."""

import re
from collections.abc import Iterator

from docs.pages.page import ROOT, Page


def names() -> list[str]:
    """Return the names of the notebooks in order."""
    return [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def pages() -> Iterator[Page]:
    """Yield a page for each notebook, and its pictures."""
    from nbconvert import MarkdownExporter
    from traitlets.config import Config

    exporter = MarkdownExporter(
        config=Config({"NbConvertBase": {"display_data_priority": ["image/svg+xml", "text/html", "text/plain"]}})
    )
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text, resources = exporter.from_filename(
            str(path), resources={"output_files_dir": f"{path.stem}_pictures", "unique_key": path.stem}
        )
        top, _, rest = text.lstrip().partition("\n")
        yield Page(f"learn/{path.stem}.md", at_home(f"{top}\n\n{note(path.name)}\n{rest}"))
        for name, data in resources["outputs"].items():
            yield Page(f"learn/{name}", data)


def at_home(text: str) -> str:
    """Replace links between files by links between pages."""
    text = re.sub(r"\]\(\.\./docs/", "](../", text)
    return re.sub(r"\]\(((?!\w+:)[\w./-]+)\.ipynb", r"](\1.md", text)


def note(name: str) -> str:
    return (
        f'!!! tip "This page is a saved notebook"\n'
        f"    Run `make lab` to open it: predict before you look, move the sliders, do the exercises. "
        f"Its file is `notebooks/{name}`.\n"
    )
