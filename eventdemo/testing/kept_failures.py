"""The schedules in which tests failed, kept in `.eventdemo/` so that the next run tries them first.

Each test has a file of its own, because several processes may run tests at the same time.
"""

from hashlib import blake2b
from pathlib import Path

import pytest

from eventdemo.testing.options import Options

FOLDER = ".eventdemo"


class KeptFailures:
    """The kept schedules of a project; none, if pytest runs without its own cache."""

    def __init__(self, config: pytest.Config) -> None:
        self._folder = config.rootpath / FOLDER
        self._enabled = config.pluginmanager.has_plugin("cacheprovider")

    def replaying(self, options: Options) -> Options | None:
        """Return the options that replay the kept schedule, if the test is explored as it was then."""
        if not self._enabled:
            return None
        try:
            token = self._file(options.nodeid).read_text("utf-8").strip()
        except OSError:
            return None
        return options.replaying(token)

    def keep(self, options: Options) -> None:
        if not self._enabled:
            return
        self._folder.mkdir(exist_ok=True)
        (self._folder / ".gitignore").write_text("*\n", "utf-8")
        self._file(options.nodeid).write_text(f"{options.token()}\n", "utf-8")

    def forget(self, nodeid: str) -> None:
        if self._enabled:
            self._file(nodeid).unlink(missing_ok=True)

    def _file(self, nodeid: str) -> Path:
        return self._folder / f"{blake2b(nodeid.encode(), digest_size=8).hexdigest()}.token"
