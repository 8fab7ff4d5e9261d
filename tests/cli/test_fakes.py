"""`--latency` and `--fail`: they change the fakes of a program of one's own."""

import re

import pytest
from typer.testing import CliRunner

from eventdemo.cli.app import app
from eventdemo.cli.errors import CommandError

SHOP = """
import httpx
from mock_services import FakeService

async def charge():
    bank = FakeService("bank")

    @bank.route("POST", "/charges")
    def charge(request):
        return {}

    async with httpx.AsyncClient(transport=bank.transport(), base_url="https://bank.example", timeout=1) as client:
        assert (await client.post("/charges")).status_code == 200
"""


@pytest.fixture(autouse=True)
def shop(tmp_path, monkeypatch):
    (tmp_path / "bank_shop.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)


def run(*arguments):
    return CliRunner().invoke(app, arguments)


def test_a_fault_fails_the_call_and_the_replay_gets_it_too():
    assert run("explore", "bank_shop.py:charge").exit_code == 0
    found = run("explore", "bank_shop.py:charge", "--fail", "bank=down,slow")

    assert found.exit_code == 1
    assert "The replay needs the same options: --fail bank=down,slow" in found.stderr
    token = re.search(r"eventdemo replay (\S+)", found.stdout)[1]
    assert run("replay", token).exit_code == 0
    assert run("replay", token, "--fail", "bank=down,slow").exit_code == 1


def test_a_latency_above_the_timeout_of_the_client_fails_the_call():
    assert run("explore", "bank_shop.py:charge", "--latency", "bank=900").exit_code == 0

    assert "raised ReadTimeout" in run("explore", "bank_shop.py:charge", "--latency", "bank=1500..3000").stdout


@pytest.mark.parametrize("command", ["run", "compare"])
def test_the_fakes_of_a_run_and_of_a_comparison_change_too(command):
    assert run(command, "bank_shop.py:charge").exit_code == 0

    assert "raised AssertionError" in run(command, "bank_shop.py:charge", "--fail", "bank=down").stdout
    assert "raised ReadTimeout" in run(command, "bank_shop.py:charge", "--latency", "bank=1500").stdout


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--fail", "bnak=down", "The program makes no FakeService called 'bnak'. Those that it makes: bank."),
        ("--fail", "bank=asleep", "'bank=asleep' is not a fault: write bank=down. Choose from slow, down, flaky, 429."),
        ("--fail", "down", "'down' is not a fault"),
        ("--latency", "bank=soon", "'bank=soon' is not a latency: write bank=200, or bank=40..120 in milliseconds."),
        ("--latency", "bank=120..40", "The p95 (40.0 ms) must be at least the median"),
    ],
)
def test_a_mistake_is_one_sentence(option, value, message):
    error = run("explore", "bank_shop.py:charge", option, value).exception

    assert isinstance(error, CommandError)
    assert message in str(error)
