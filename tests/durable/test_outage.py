"""How a loop behaves while what it needs is out of reach."""

import logging

from eventdemo.durable.outage import Outage

log = logging.getLogger(__name__)


def pauses(outage, failures):
    return [outage.failed(ConnectionError()) for _ in range(failures)]


def test_the_pause_doubles_with_each_failure_up_to_five_seconds():
    assert pauses(Outage(log, "down", "up"), 8) == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_after_an_outage_the_pause_is_short_again():
    outage = Outage(log, "down", "up")
    pauses(outage, 5)

    outage.over()

    assert pauses(outage, 1) == [0.1]


def test_an_outage_of_days_still_has_a_pause():
    assert pauses(Outage(log, "down", "up"), 100_000)[-1] == 5.0


def test_of_failures_in_a_row_the_first_second_fourth_and_eighth_are_logged_and_the_end(caplog):
    outage = Outage(log, "down", "up")
    pauses(outage, 10)
    outage.over()

    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "down (attempt 1 failed)",
        "down (attempt 2 failed)",
        "down (attempt 4 failed)",
        "down (attempt 8 failed)",
        "up, after 10 failed attempts.",
    ]
