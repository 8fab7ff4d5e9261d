"""Every command of the command line has its section in the reference, with its real --help."""

import pytest

PAGE = "docs/reference/cli.md"
typer_main = pytest.importorskip("typer.main")
cli = pytest.importorskip("eventdemo.cli")
