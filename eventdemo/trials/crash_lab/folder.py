"""The lab's temporary folder. A lab that is killed cannot remove its own, so the next one does."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

from eventdemo.durable.servers import ServerStartError
from eventdemo.durable.servers.embedded import locked

PREFIX = "eventdemo-crash-lab-"


@contextmanager
def lab_folder() -> Iterator[Path]:
    """Yield a temporary folder, locked as long as this lab lives."""
    _remove_abandoned()
    with TemporaryDirectory(prefix=PREFIX) as name, locked(Path(name)):
        yield Path(name)


def _remove_abandoned() -> None:
    for lock in Path(gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(ServerStartError), locked(lock.parent):  # fails if its lab is running
            rmtree(lock.parent, ignore_errors=True)
