from eventdemo.core.fates import Fate
from eventdemo.trace.differences import WHY, marked
from eventdemo.trace.excerpt import first
from tests.trace.drawn import texts, tree
from tests.trace.hand_made import EVENT, Story, fan_out


def run(end, *, more=False, fate=Fate.DONE):
    story = Story()
    emit = story.emit(EVENT, 0.0, 0.0)
    story.deliver("notify_hr_tasks", emit, 0.0, 0.0, 0.2)
    story.deliver("notify_leasing_tasks", emit, 0.0, 0.0, end, fate)
    if more:
        story.deliver("notify_leasing_tasks", emit, 0.5, 0.5, 0.6)
    return first(story.trace())


def named(excerpt):
    return [span.name for span in excerpt.spans if span.id in excerpt.marked]


def test_equal_runs_have_no_differences():
    one, other = marked(run(0.3), run(0.3))

    assert (one.marked, other.marked) == (frozenset(), frozenset())


def test_what_ended_at_another_time_or_otherwise_stands_out_in_both():
    for other in (run(0.4), run(0.3, fate=Fate.FAILED_LOGGED)):
        assert list(map(named, marked(run(0.3), other))) == [["notify_leasing_tasks"]] * 2


def test_what_only_one_run_has_stands_out_there():
    one, other = marked(run(0.3), run(0.3, more=True))

    assert one.marked == frozenset()
    assert named(other) == ["notify_leasing_tasks"]


def test_the_key_says_why_they_stand_out():
    assert WHY in texts(tree(marked(first(fan_out("sync")), first(fan_out("detached")))))
    assert WHY not in texts(tree(marked(first(fan_out("sync")), first(fan_out("sync")))))
