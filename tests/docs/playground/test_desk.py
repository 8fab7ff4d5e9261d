"""What the playground answers to a command line is what the command line prints, and its mistakes are sentences."""

import json
import signal

import pytest

from docs.playground.desk import answer, answer_json
from eventdemo.cli.app import app
from tests.house.repo import text


def printed(capsys, *line):
    app(list(line), standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "compare logout --users 3 --strategies sync,awaited --seed 8 --user 2",
        "compare typo --users 2",
        "compare docs/examples/shop.py:sold_twice",
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
        ("serve", "no command 'serve': choose from compare, explore, replay, game"),
        ("game logut", "did you mean 'logout'?"),
        ("game logout-race 2", "2 is no choice: there are 2 waits that can end, from 0."),
    ],
)
def test_a_mistake_is_a_sentence(line, error):
    assert error in answer(line.split())["error"]


@pytest.mark.parametrize(
    ("name", "verdict"), [("sold_twice", "The claim is refuted"), ("sold_once", "passes in the only possible schedule")]
)
def test_a_program_of_the_readers_is_explored(tmp_path, monkeypatch, name, verdict):
    monkeypatch.chdir(tmp_path)
    line = json.dumps(["explore", f"mine.py:{name}"])

    assert verdict in json.loads(answer_json(line, text("docs/examples/shop.py")))["text"]


def test_a_program_is_explored_where_there_are_no_timers_as_in_a_browser(monkeypatch):
    monkeypatch.delattr(signal, "setitimer")

    assert "The claim is refuted" in answer(["explore", "docs/examples/shop.py:sold_twice"])["text"]


def test_a_schedule_has_the_line_at_which_each_step_waited():
    found = answer(["replay", "logout-race/awaited/fifo/01"])
    lit = [(step["text"], step["at"] and line(found["picture"], step["at"])) for step in found["steps"]]

    assert lit == [
        ("the emitter writes the table of listeners", None),
        ("the emitter writes the loginsession table", "await self._store.end_session(session_token)"),
        (
            "log_out_device writes user 4's devices",
            'await self._database.write(lambda c: c.execute(_DELETE_DEVICES, {"owner": user_id}))',
        ),
        (
            "unsubscribe_from_topics reads user 4's devices",
            "for token in await self._store.device_tokens(event.user_id):",
        ),
    ]


def line(found, at):
    function, number = map(int, at.split(":"))
    return dict(found["code"][function]["rows"])[number].strip()


def test_a_game_shows_where_each_wait_is_and_ends_in_a_schedule_to_replay():
    found = answer(["game", "logout-race"])
    assert [(wait["name"], line(found, wait["at"])[:40]) for wait in found["waits"]] == [
        ("unsubscribe_from_topics", "for token in await self._store.device_to"),
        ("log_out_device", "await self._database.write(lambda c: c.e"),
    ]

    over = answer(["game", "logout-race", "1"])
    assert over["waits"] == []
    assert "The claim is refuted" in answer(["replay", over["token"]])["text"]


def test_an_edited_program_is_read_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = json.dumps(["explore", "mine.py:main"])

    assert "it ended" in answer_json(line, "async def main(): ...")
    assert "another" in answer_json(line, "async def main(): return 'another'")


def test_a_run_reports_what_it_does():
    reports = []
    answer(["compare", "logout", "--users", "1", "--strategies", "sync,awaited"], reports.append)

    assert reports == ["Running sync, 1 of 2 …", "Running awaited, 2 of 2 …"]
