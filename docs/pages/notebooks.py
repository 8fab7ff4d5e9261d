"""The saved notebooks as pages, whose pictures are interactive."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from docs.pages import lite
from docs.pages.live_pictures import live_picture, sized
from docs.pages.notebook_pictures import drawn_by
from docs.pages.page import ROOT, Page

GLUED_LIST = re.compile(r"^(?![-\s#|>`]).*\n(?=- )", re.MULTILINE)
"""The end of a paragraph that a list follows directly, which Jupyter renders as a list and mkdocs doesn't."""
PICTURE = re.compile(r"!\[svg\]\((?P<name>[^)]*)\.svg\)")


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
        static = {name: data.decode() for name, data in resources["outputs"].items()}
        pictures = data_of(path, static) if static else {}
        text = GLUED_LIST.sub(r"\g<0>\n", text)
        top, _, rest = with_pictures(text, static, pictures).lstrip().partition("\n")
        yield Page(f"learn/{path.stem}.md", at_home(f"{top}\n\n{note(path.name)}\n{rest}"))
        yield from (Page(f"learn/{name}", svg) for name, svg in static.items())
        for name, data in pictures.items():
            yield Page(f"learn/{Path(name).with_suffix('.json')}", json.dumps(data, separators=(",", ":")))


def data_of(path: Path, static: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the data of each static picture, by its name."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    drawn = drawn_by(code, set(static.values()))
    return {name: drawn[svg] for name, svg in static.items() if svg in drawn}


def with_pictures(text: str, static: Mapping[str, str], pictures: Mapping[str, dict[str, Any]]) -> str:
    """Return the text with each picture as HTML, whose addresses are relative to the page's own folder."""

    def shown(found: re.Match[str]) -> str:
        name = found["name"]
        drawn = static[f"{name}.svg"]
        alt = re.search(r"<title>(.*?)</title>", drawn)
        image = sized(f'<img alt="Timelines of {alt[1] if alt else name}." src="../{name}.svg">', drawn)
        data = pictures.get(f"{name}.svg")
        return live_picture(f"../{name}", image, data) if data else image

    return PICTURE.sub(shown, text)


def at_home(text: str) -> str:
    """Replace links between files by links between pages."""
    text = re.sub(r"\]\(\.\./docs/", "](../", text)
    return re.sub(r"\]\(((?!\w+:)[\w./-]+)\.ipynb", r"](\1.md", text)


def note(name: str) -> str:
    return (
        f'!!! tip "This page is a saved notebook"\n'
        f"    {lite.invitation(PurePosixPath(name).stem)} There you predict before you look, move the sliders "
        f"and do the exercises. Its file is `notebooks/{name}`.\n"
    )
