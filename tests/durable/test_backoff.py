"""How a loop behaves while what it needs is out of reach."""

import asyncio
import logging

from eventdemo.durable.backoff import Backoff
from tests.durable.virtual import play

log = logging.getLogger(__name__)


async def pauses(backoff, failures):
    return [backoff.failed(ConnectionError()) for _ in range(failures)]


def test_the_pause_doubles_with_each_failure_up_to_five_seconds():
    assert play(pauses, Backoff(log, "down", "up"), 8) == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_after_an_outage_the_pause_is_short_again():
    backoff = Backoff(log, "down", "up")

    async def main():
        await pauses(backoff, 5)
        backoff.succeeded()
        return await pauses(backoff, 1)

    assert play(main) == [0.1]


def test_the_first_failure_is_logged_then_one_each_minute_and_the_end(caplog):
    backoff = Backoff(log, "down", "up")

    async def main():
        for _ in range(2):
            for _ in range(26):
                await asyncio.sleep(backoff.failed(ConnectionError("no line")))
            backoff.succeeded()
            backoff.succeeded()

    play(main)
    once = ["down: no line", "down (61 s so far): no line", "up, after 106 s."]
    assert [record.getMessage() for record in caplog.records] == once * 2
