"""Pictures that a page shows in two themes become interactive on the site, with data from the command that draws them.

Without script, the page shows the static pictures.
"""

import io
import re
import runpy
import sys
from contextlib import redirect_stdout
from pathlib import Path, PurePosixPath
from unittest.mock import patch

from docs.pages.page import ROOT

PICTURE = re.compile(
    r"<!-- picture: python (?P<command>[^>]*?\blight\b[^>]*?) -->\n"
    r'<p>(?P<light><img [^>]*src="(?P<name>[^"]*)-light\.svg#only-light"[^>]*>)</p>\n'
    r"<!-- picture: [^>]* -->\n"
    r"<p>(?P<dark><img [^>]*#only-dark[^>]*>)</p>"
)
Commands = dict[str, str]
"""For each picture, by its name, the arguments of Python that print its data."""


def made_live(page: str, commands: Commands) -> str:
    """Return the page with interactive pictures, and note the command for the data of each."""

    def live(found: re.Match[str]) -> str:
        commands[PurePosixPath(found["name"]).name] = re.sub(r"\blight\b", "live", found["command"])
        images = found["light"] + found["dark"]
        return f'<div class="picture"><event-timeline src="{found["name"]}.json">{images}</event-timeline></div>'

    return PICTURE.sub(live, page)


def write_data(commands: Commands, folder: Path) -> None:
    """Write the data of each picture into a folder of the site."""
    for name, command in commands.items():
        (folder / f"{name}.json").write_text(printed_by(command), "utf-8")


def printed_by(command: str) -> str:
    """Run a script in this process, which is quicker than in one of its own, and return what it prints."""
    script, *arguments = command.split()
    with redirect_stdout(io.StringIO()) as printed, patch.object(sys, "argv", [script, *arguments]):
        runpy.run_path(str(ROOT / script))
    return printed.getvalue()
