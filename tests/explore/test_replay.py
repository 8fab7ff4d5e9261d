"""A token replays the same schedule anywhere; an invalid token is an error of one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdemo.explore import explore, make_bus, replay
from eventdemo.explore.catalogue import UnknownExperimentError, experiment, names
from eventdemo.explore.replay import BadTokenError, Token, parse
from eventdemo.explore.report import token_of
from eventdemo.explore.schedulers import BadScheduleError
from tests.house.repo import files, module_of, text

STRATEGIES = ["sequential", "awaited", "bounded:1", "bounded:2", "detached"]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("ready", ["fifo", "any"])
@pytest.mark.parametrize("name", ["ends-in-order", "two-emits-ends", "ledger-balances"])
def test_a_token_reproduces_choices_steps_and_outcome(name, strategy, ready):
    found = explore(experiment(name), make_bus(strategy), ready=ready)
    for run in filter(None, [found.failing, found.passing]):
        again = replay(str(token_of(found, run, strategy)))

        assert (again.choices, again.described_steps, again.outcome, again.holds) == (
            run.choices,
            run.described_steps,
            run.outcome,
            run.holds,
        )


def test_the_logout_race_is_kept_as_a_token():
    assert replay("logout-race/awaited/fifo/01").outcome == "3 topics stay subscribed"
    assert replay("logout-race/awaited/fifo/0").holds
    assert replay("logout-race:repaired/awaited/fifo/01").holds


@pytest.mark.parametrize("strategy", ["sync", *STRATEGIES])
@pytest.mark.parametrize("name", ["logout-race", "logout-race:repaired", "audit-row", "delete-printed", "chain-cause"])
def test_an_experiment_runs_under_every_strategy(name, strategy):
    assert explore(experiment(name), make_bus(strategy), ready="any").complete


def test_replaying_twice_gives_the_same_run():
    assert replay("logout-race/awaited/any/000001") == replay("logout-race/awaited/any/000001")


@given(st.lists(st.integers(0, 80), max_size=30), st.sampled_from(["fifo", "any"]))
def test_a_token_survives_a_round_trip(choices, ready):
    read = parse(str(Token("logout", "bounded:2", ready, tuple(choices))))

    while choices and not choices[-1]:
        choices.pop()  # first options at the end are omitted
    assert read == Token("logout", "bounded:2", ready, tuple(choices))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "looks like logout-race/awaited/fifo/01"),
        ("logout-race/awaited/01", "looks like logout-race/awaited/fifo/01"),
        ("logout-race/awaited/lifo/01", "fifo, turns or any, not 'lifo'"),
        ("logout-race/awaited/fifo/", "digits and lower-case letters"),
        ("logout-race/awaited/fifo/0-1", "digits and lower-case letters"),
        ("logout-race/awaited/fifo/_1_", "digits and lower-case letters"),
    ],
)
def test_an_invalid_token_is_an_error_of_one_line(text, message):
    with pytest.raises(BadTokenError, match=message) as caught:
        replay(text)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("logout-race/awaited/fifo/9", "Choice 1 of the schedule is number 9, but there is only one option"),
        ("logout-race/awaited/fifo/09", "Choice 2 of the schedule is number 9, but there are only 2 options"),
        ("logout-race/awaited/fifo/01000000001", "has 11 choices, but the program ends after 3"),
    ],
)
def test_a_schedule_that_does_not_exist_is_an_error(text, message):
    with pytest.raises(BadScheduleError, match=message):
        replay(text)


def test_an_unknown_experiment_is_an_error_with_a_similar_name():
    with pytest.raises(UnknownExperimentError, match="did you mean 'logout-race'"):
        replay("logout-rase/awaited/fifo/0")


def test_every_name_in_the_catalogue_is_that_of_its_experiment_and_of_no_other():
    assert [experiment(name).name for name in names()] == list(names())
    assert len(set(names())) == len(names())


def test_the_catalogue_knows_every_module_that_has_guarantees():
    found = {module_of(path) for path in files("eventdemo/explore/guarantees/*.py") if "\n@guarantee(" in text(path)}

    assert found
    assert found <= {experiment(name).play.__module__ for name in names()}
