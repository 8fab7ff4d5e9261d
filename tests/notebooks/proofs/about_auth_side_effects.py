"""The findings of `auth_side_effects`."""

from eventdemo import Fate
from eventdemo.explore import explore, make_bus
from eventdemo.explore.catalogue import experiment
from eventdemo.learn import be_the_event_loop
from eventdemo.simulate import simulate
from tests.notebooks.proofs import finding


@finding("the same program passes with two of eight seeds, so one green test says little about a race.")
def _():
    runs = [simulate("logout-race", users=3, seed=seed) for seed in range(1, 9)]

    assert sum(run.checks[0].holds for run in runs) == 2
    assert all(run.ledger == {Fate.DONE: 6} for run in runs)
    assert be_the_event_loop("logout-race").fewest() == 1


@finding("a strategy can only wait for what a listener awaits.")
def _():
    assert explore(experiment("logout-race"), make_bus("sequential")).refuted
    assert not explore(experiment("logout-race:repaired"), make_bus("sequential")).refuted


@finding("with the fix, no topic stays subscribed, whichever listener runs first.")
def _():
    fixed = explore(experiment("logout-race:repaired"))

    assert fixed.complete
    assert len(fixed.outcomes) == 1 < fixed.schedules
    assert be_the_event_loop("logout-race:repaired").fewest() is None


@finding("the logout succeeds, one listener fails, and only the log has the error.")
def _():
    down = simulate("logout", users=4, fcm="down")

    assert {*down.ledger} == {Fate.DONE, Fate.FAILED_LOGGED}
    failed = {span.name for span in down.spans if span.fate is Fate.FAILED_LOGGED}
    assert failed == {"unsubscribe_from_topics"}
    assert "stay subscribed" in down.checks[0].found
