"""How a loop behaves while what it needs is out of reach."""

import asyncio
import logging

from eventdemo.durable.outage import Outage
from tests.durable.virtual import play

log = logging.getLogger(__name__)


async def pauses(outage, failures):
    return [outage.failed(ConnectionError()) for _ in range(failures)]


def test_the_pause_doubles_with_each_failure_up_to_five_seconds():
    assert play(pauses, Outage(log, "down", "up"), 8) == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_after_an_outage_the_pause_is_short_again():
    outage = Outage(log, "down", "up")

    async def main():
        await pauses(outage, 5)
        outage.over()
        return await pauses(outage, 1)

    assert play(main) == [0.1]


def test_the_first_failure_is_logged_then_one_each_minute_and_the_end(caplog):
    outage = Outage(log, "down", "up")

    async def main():
        for _ in range(2):
            for _ in range(26):
                await asyncio.sleep(outage.failed(ConnectionError("no line")))
            outage.over()
            outage.over()

    play(main)
    once = ["down: no line", "down (61 s so far): no line", "up, after 106 s."]
    assert [record.getMessage() for record in caplog.records] == once * 2
