"""The reader decides which wait ends next, and wins if the claim fails."""

import asyncio

import pytest

from eventdemo.learn import be_the_event_loop
from eventdemo.learn.event_loop import NotWaitingError


def test_the_right_choice_makes_the_claim_fail():
    game = be_the_event_loop("logout-race")

    game.end("log_out_device")

    assert "The run is over: 3 topics stay subscribed." in repr(game)
    assert "with 1 choice. The smallest schedule that fails takes 1 choice." in repr(game).replace("\n", " ")
    assert "log_out_device" in repr(game.picture())


def test_a_choice_can_be_taken_back():
    game = be_the_event_loop("logout-race").end("unsubscribe_from_topics").end("log_out_device")

    assert game.undo().undo().choices == []
    assert game.waiting == ["unsubscribe_from_topics", "log_out_device"]


def test_a_fixed_program_cannot_be_made_to_fail():
    game = be_the_event_loop("logout-race:repaired")
    while game.waiting:
        game.end(game.waiting[-1])

    assert "The claim holds in this schedule. Undo a choice, and try another one." in repr(game)
    assert game.fewest() is None


async def twins():
    ended = []

    async def work(number):
        await asyncio.sleep(0.1)
        ended.append(number)

    await asyncio.gather(work(1), work(2))
    assert ended == [1, 2], "the second ended first"


def test_a_choice_between_waits_of_the_same_name_is_followed():
    assert be_the_event_loop(twins).waiting == ["work", "work (2)"]
    assert be_the_event_loop(twins).end("work").run.holds
    assert "the second ended first" in be_the_event_loop(twins).end("work (2)").run.outcome


def test_a_program_with_one_schedule_has_nothing_to_choose():
    assert "There is only one schedule, so there is nothing to choose." in repr(be_the_event_loop("typo"))


def test_a_name_that_does_not_wait_is_rejected_with_those_that_do():
    with pytest.raises(NotWaitingError, match="Waiting are: unsubscribe_from_topics, log_out_device"):
        be_the_event_loop("logout-race").end("log_out")
