"""While schedules run, a terminal shows how many did, and nothing of it stays."""

import sys
from importlib import import_module
from io import StringIO

import pytest

from eventdemo.cli.progress import ERASED

PROGRAM = """
import asyncio

async def main():
    await asyncio.gather(asyncio.sleep(1), asyncio.sleep(1), asyncio.sleep(1))
"""


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def program(tmp_path, monkeypatch):
    (tmp_path / "waits.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    for name in ("PATIENCE", "PAUSE"):
        monkeypatch.setattr(import_module("eventdemo.cli.progress"), name, 0.0)


def test_a_terminal_shows_how_many_schedules_ran_and_the_line_is_erased(eventdemo, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    assert eventdemo("explore", "waits.py:main").code == 0
    lines = terminal.getvalue().split(ERASED)
    assert [line.partition(" in ")[0] for line in lines[1:3]] == ["1 schedule", "2 schedules"]
    assert lines[1].endswith(" s (Ctrl-C ends the search)")
    assert lines[-1] == ""


@pytest.mark.parametrize("arguments", [["--json"], ["--ready", "lifo"]])
def test_nothing_is_shown_as_json_or_if_nothing_ran(eventdemo, monkeypatch, arguments):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    eventdemo("explore", "waits.py:main", *arguments)
    assert ERASED not in terminal.getvalue()


def test_a_file_gets_no_progress(eventdemo):
    assert eventdemo("explore", "waits.py:main").err == ""
