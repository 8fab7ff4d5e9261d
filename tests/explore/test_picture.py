from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.instrumented_bus import make_bus
from eventdemo.explore.picture import pair
from tests.trace.drawn import texts, tree


def explored(name):
    found = experiment(name)
    return explore(found, make_bus("awaited", found.bus))


def test_the_failing_schedule_stands_above_the_nearest_that_passes():
    fails, passes = pair(explored("logout-race"))

    assert [check.holds for check in (*fails.checks, *passes.checks)] == [False, True]
    assert [said for said in texts(tree([fails, passes])) if said[0] in "✗✓" or said in {"fails", "passes"}] == [
        "fails",
        "✗ 3 topics stay subscribed",
        "passes",
        "✓ no topic stays subscribed",
    ]


def test_the_two_steps_that_decide_stand_out_in_both():
    for excerpt in pair(explored("logout-race")):
        told = [f"{span.name} {span.detail}" for span in excerpt.spans if span.id in excerpt.marked]
        assert set(told) == {
            "log_out_device writes user 4's devices",
            "unsubscribe_from_topics reads user 4's devices",
        }


def test_what_no_schedule_refutes_has_only_one_that_passes():
    assert [excerpt.label for excerpt in pair(explored("logout"))] == ["passes"]
