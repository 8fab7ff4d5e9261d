"""`eventdemo graduate`: a run in process beside one behind an engine."""

import json

import pytest

from mock_services import FaultPlan


def test_it_shows_both_runs_the_ledger_and_what_is_different(eventdemo):
    said = eventdemo("graduate", "approval", "--users", 5)

    assert said.code == 0
    assert "awaited" in said.out.splitlines()[2]
    assert "outbox" in said.out.splitlines()[2]
    assert "done: the listener finished" in said.out
    assert "Every delivery is accounted for." in said.out
    assert "What happened to user" in said.out
    assert said.out.count("  · ") == 5


def test_the_same_seed_prints_the_same(eventdemo):
    assert eventdemo("graduate", "logout", "--users", 4) == eventdemo("graduate", "logout", "--users", 4)


def test_behind_a_server_it_says_that_this_is_a_measurement(eventdemo):
    said = eventdemo("graduate", "fan-out", "--users", 2, "--engine", "nats", "--concurrency", 2)

    assert said.code == 0
    assert said.out.startswith("Measured in real time, on a real server, with services 20 times as fast as usual")
    assert "Behind nats: 2 emits, 6 deliveries" in said.out
    assert said.err == ""


def test_dead_letters_give_exit_code_1(eventdemo, monkeypatch):
    monkeypatch.setattr(
        FaultPlan, "realistic", classmethod(lambda cls: cls().with_faults("down", only="oracle_fusion"))
    )

    said = eventdemo("graduate", "fan-out", "--users", 2)

    assert said.code == 1
    assert "4  dead-lettered: every attempt failed" in said.out


def test_as_json_it_has_the_numbers_of_both(eventdemo):
    found = json.loads(eventdemo("graduate", "logout", "--users", 2, "--json").out)

    assert (found["engine"], found["measured"]) == ("outbox", False)
    assert (found["in_process"]["strategy"], found["behind"]["strategy"]) == ("awaited", "outbox")
    assert found["behind"]["ledger"] == {"done": 4}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["logout", "--engine", "celery"], ["There is no engine 'celery'"]),
        (["logout", "--url", "redis://127.0.0.1"], ["has no server", "--url"]),
        (["logout-race"], ["graduate runs only a pattern"]),
        (["shop.py:checkout"], ["graduate takes a scenario, not shop.py:checkout.", "run --strategy outbox:1"]),
        (["logot"], ["There is no scenario 'logot'"]),
        (
            ["logout", "--engine", "rabbitmq", "--url", "amqp://guest:guest@127.0.0.1:1/"],
            ["RabbitMQ", "cannot be reached"],
        ),
        (["logout", "--users", "2", "--engine", "nats", "--url", "nats://127.0.0.1:1"], ["NATS", "127.0.0.1:1"]),
    ],
)
def test_a_usage_error_is_one_line(eventdemo, arguments, words):
    eventdemo("graduate", *arguments).refused(*words)
