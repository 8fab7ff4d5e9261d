"""The findings of `lifecycle_hooks`."""

from eventdemo import Fate
from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.learn.answers import in_which_schedules
from eventdemo.learn.claims import claim
from eventdemo.simulate import simulate
from tests.notebooks.proofs import finding


def which_schedules(name):
    found = explore(experiment(name))
    assert found.complete
    return in_which_schedules(found)


@finding("one deletion emits two events, and the first one says that the user was changed.")
def _():
    trace = simulate("delete-emits-twice", users=1)

    assert [span.name for span in trace.spans if span.kind == "emit"] == ["user.updated", "user.deleted"]


@finding("whether the deleted user gets the message depends on which hook reads the devices first.")
def _():
    assert which_schedules("delete-emits-twice") == "b"
    assert which_schedules("delete-emits-twice:repaired") == "c"


@finding("a hook can't fail the save that it follows, and only the log has its error.")
def _():
    down = simulate("lifecycle", users=4, fcm="down")

    assert {*down.ledger} == {Fate.DONE, Fate.FAILED_LOGGED}
    assert ".catch never runs" in claim(20).really


@finding("an event that is emitted inside a transaction can arrive before the row that it names.")
def _():
    assert which_schedules("read-before-commit") == "b"


@finding("waiting inside the transaction turns a hook that sometimes fails into one that always does.")
def _():
    assert which_schedules("read-before-commit:waited-for") == "a"
    assert which_schedules("read-before-commit:repaired") == "c"
