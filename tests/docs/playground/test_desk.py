"""What the playground answers to a command line is what the command line prints, and its mistakes are sentences."""

import pytest

from docs.playground.desk import answer
from eventdemo.cli.app import app


def printed(capsys, *line):
    app(list(line), standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "compare logout --users 3 --strategies sync,awaited --seed 8 --user 2",
        "compare typo --users 2",
        "compare logout --users 2 --instances 2 --crash A@0.1..1 --repair none --repair outbox",
        "explore logout-race",
        "replay logout-race/awaited/fifo/01",
        "compare --help",
    ],
)
def test_the_text_is_what_the_command_line_prints(capsys, line):
    assert answer(line.split())["text"] == printed(capsys, *line.split())


def test_a_comparison_has_its_tables_and_its_picture():
    found = answer(["compare", "logout", "--users", "2", "--strategies", "sync,awaited"])

    for drawing in found["picture"]["drawings"][found["picture"]["subject"]]:
        assert [panel["label"] for panel in drawing["panels"]] == ["sync", "awaited"]
    assert "no topic stays subscribed" in found["table"]
    assert "deliveries" in found["ledger"]


def test_a_schedule_has_its_picture():
    assert answer(["replay", "logout-race/awaited/fifo/01"])["picture"]["drawings"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("compare logut", "did you mean 'logout'?"),
        ("compare logout --users 0", "Invalid value for '--users'"),
        ("compare logout --user 99", "Nothing happened to user 99"),
        ("replay logout-race/awaited", "is not a schedule"),
        ("serve", "no command 'serve': choose from compare, explore, replay"),
    ],
)
def test_a_mistake_is_a_sentence(line, error):
    assert error in answer(line.split())["error"]


def test_a_run_reports_what_it_does():
    reports = []
    answer(["compare", "logout", "--users", "1", "--strategies", "sync,awaited"], reports.append)

    assert reports == ["Running sync, 1 of 2 …", "Running awaited, 2 of 2 …"]
