"""The lab's temporary folder. A lab that is killed cannot remove its own, so the next one does."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "eventdemo-crash-lab-"


@contextmanager
def lab_folder() -> Iterator[Path]:
    """Yield a temporary folder, locked as long as this lab lives."""
    _remove_abandoned()
    with TemporaryDirectory(prefix=PREFIX) as name, Path(name, "lock").open("a") as lock:
        flock(lock, LOCK_EX)
        yield Path(name)


def _remove_abandoned() -> None:
    for path in Path(gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(OSError), path.open("a") as lock:
            flock(lock, LOCK_EX | LOCK_NB)  # fails if its lab is running
            rmtree(path.parent, ignore_errors=True)
