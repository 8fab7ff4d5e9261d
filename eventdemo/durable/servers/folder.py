"""A folder that goes with this process, also if that is killed: what watches over a server, without a server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from eventdemo.durable.servers.embedded import EmbeddedServer


class Folder(EmbeddedServer):
    """No server at all: only its folder, and the guard that clears it away."""

    name = "folder"

    def start(self) -> Self:
        """Have the folder made."""
        self._hire([], time.monotonic() + self._patience)
        return self

    @property
    def url(self) -> str:
        """Return nothing: nobody calls a folder."""
        return ""

    def command(self) -> list[str]:
        """Return nothing to run."""
        return []

    def config(self) -> str:
        """Return nothing: there is nobody to tell."""
        return ""


@contextmanager
def lent_folder() -> Iterator[Path]:
    """Yield a folder for as long as the block lasts."""
    with Folder() as lent:
        assert lent.folder is not None
        yield lent.folder
