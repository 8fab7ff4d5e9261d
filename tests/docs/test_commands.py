"""Every command has a section in the reference, with its real --help."""

import re

import pytest
import typer

from eventdemo.cli.app import app
from tests.house.repo import text

PAGE = text("docs/reference/cli.md")
COMMANDS = sorted(typer.main.get_command(app).commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_section_with_its_help(command):
    heading = f"## `eventdemo {command}`\n"
    assert heading in PAGE

    section = PAGE.partition(heading)[2].partition("\n## ")[0]
    assert f"<!-- output of: eventdemo {command} --help -->" in section


def test_no_section_describes_a_removed_command():
    assert set(re.findall(r"^## `eventdemo (\S+)`$", PAGE, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_of_one_sentence(command):
    assert typer.main.get_command(app).commands[command].help.splitlines()[0].endswith(".")
