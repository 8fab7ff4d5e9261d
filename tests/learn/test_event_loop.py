"""The reader decides which wait ends next, and wins if the claim fails."""

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


def test_a_name_that_does_not_wait_is_rejected_with_those_that_do():
    with pytest.raises(NotWaitingError, match="Waiting are: unsubscribe_from_topics, log_out_device"):
        be_the_event_loop("logout-race").end("log_out")
