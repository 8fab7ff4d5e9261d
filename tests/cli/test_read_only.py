"""In a folder that nothing can be written to, with a HOME of the same kind, a command works or refuses in one line."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def read_only(tmp_path, monkeypatch):
    """Make a read-only folder the working directory and HOME. Root may write to any, except to those of the kernel."""
    folder = tmp_path
    if os.geteuid() == 0:
        folder = Path("/sys")
        if not folder.is_dir():
            pytest.skip("root may write to every folder")
    else:
        tmp_path.chmod(0o555)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield
    tmp_path.chmod(0o755)


@pytest.mark.parametrize("arguments", [["compare", "logout", "--users", "1"], ["scenarios"]], ids=" ".join)
def test_what_writes_nothing_works(eventdemo, read_only, arguments):
    said = eventdemo(*arguments)

    assert said.code in {0, 1}
    assert said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "logout", "--users", "1", "--html", "x.html"], "x.html cannot be written: "),
        (["serve", "--database", "sqlite:///x.db"], "cannot be used: unable to open database file."),
        (["sync-profile", "7", "--database", "sqlite:///x.db"], "cannot be used: "),
        (["worker", "--database", "sqlite:///x.db"], "cannot be used: the file does not exist"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_would_write_is_refused_in_one_line(eventdemo, read_only, arguments, words):
    said = eventdemo(*arguments)

    assert (said.code, said.err.count("\n")) == (2, 1), said.err
    assert words in said.err
