"""What some tests need and not every machine has: a browser, Node, a server, an extra.

The end of a run says which tests were left out without them, and which command runs those.
"""

import shutil
import socket
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import pytest

from eventdemo.durable.servers.programs import rabbitmq_program

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")
FEW = 3
"""Files that are named one by one; of more than that, the folders are named."""


def needs(reason: str | None) -> pytest.MarkDecorator:
    """Mark tests to be left out for a reason, or not at all if there is none."""
    return pytest.mark.skipif(reason is not None, reason=str(reason))


def without_extra(extra: str, *modules: str) -> str | None:
    """Return which of these modules is not installed, if any is."""
    missing = [module for module in modules if find_spec(module) is None]
    return f"{' and '.join(missing)} come with the extra `{extra}`" if missing else None


def without_chromium() -> str | None:
    return None if CHROMIUM else "there is no Chromium on this machine"


def without_node(packages: Path | None = None) -> str | None:
    """Return why nothing can run under Node, or not with the packages that are listed in a folder."""
    if NODE is None:
        return "there is no Node on this machine"
    if packages is not None and not (packages / "node_modules").is_dir():
        return f"packages for Node are missing: npm ci --prefix {packages.relative_to(Path(__file__).parents[1])}"
    return None


def without_playground() -> str | None:
    """Return why the site's playground cannot run anything here."""
    from docs.pages.playground_runtime import is_built

    return without_node() or (None if is_built() else "the runtime of the playground is missing: make playground")


def without_lite() -> str | None:
    """Return why the site's notebooks cannot run in a browser here."""
    from docs.pages.lite_runtime import is_built

    return without_playground() or (None if is_built() else "the runtime of the notebooks is missing: make playground")


def without_rabbitmq() -> str | None:
    try:
        socket.create_connection(("127.0.0.1", 5672), timeout=1).close()
    except OSError:
        return "there is no RabbitMQ at 127.0.0.1:5672"
    return None


def without_rabbitmq_server() -> str | None:
    return None if rabbitmq_program() else "there is no rabbitmq-server on this machine"


def left_out(skipped: Iterable[pytest.TestReport | pytest.CollectReport]) -> Iterator[str]:
    """Yield a line for each reason: how many tests were left out, and the command that runs them later."""
    files = defaultdict(list)
    for report in skipped:
        assert isinstance(report.longrepr, tuple)
        files[report.longrepr[2].removeprefix("Skipped: ")].append(report.nodeid.partition("::")[0])
    for reason, where in sorted(files.items()):
        yield f'{len(where)} left out, because {reason}. To run them later: make test ARGS="{" ".join(short(where))}"'


def short(files: Iterable[str]) -> list[str]:
    """Return a few files, or the folders of many."""
    paths = set(files)
    return sorted(paths if len(paths) <= FEW else {str(PurePosixPath(path).parent) for path in paths})
