"""The command line in this process, which is faster than a new one."""

import sys

import pytest

from eventdemo.cli import main
from tests.cli.commands import Said


@pytest.fixture
def eventdemo(monkeypatch, capsys):
    """Call `eventdemo ARGUMENTS` in this process."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["eventdemo", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(ended.value.code or 0, *capsys.readouterr())

    return call
