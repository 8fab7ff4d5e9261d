from eventdemo.core.fates import Fate
from eventdemo.trace.excerpt import about, first, representative_subject, subjects
from tests.trace.hand_made import Story, all_five, chained, every_fate


def test_an_excerpt_about_a_subject_includes_everything_its_events_caused():
    excerpt = about(chained(), "user 7")

    assert {span.name for span in excerpt.spans if span.kind == "listener"} == {
        "sync_profile",
        "notify_procurement_tasks",
        "notify_hr_tasks",
    }
    assert sum(span.kind == "call" for span in excerpt.spans) == 2  # calls have no subject of their own here


def test_an_excerpt_begins_at_its_own_first_instant():
    excerpt = about(chained(), "user 9")

    assert [(span.scheduled, span.end) for span in excerpt.spans] == [(0.0, 0.0), (0.0, 0.19999999999999996)]


def test_what_is_omitted_is_stated():
    assert about(chained(), "user 7").left_out == "2 of 3 emits shown; 1 omitted."
    assert first(chained()).left_out == ""


def test_the_first_emits_include_everything_they_caused():
    assert {span.subject for span in first(chained(), 1).spans if span.subject} == {"user 7"}


def test_stalls_are_cut_to_the_excerpt():
    story = Story()
    story.emit("user.created", 1.0, 1.5)
    trace = story.trace(stalls=[(0.2, 0.4), (0.9, 1.2), (1.4, 3.0)])

    stalls = [(round(stall.start, 6), round(stall.end, 6)) for stall in first(trace).stalls]

    assert stalls == [(0.0, 0.2), (0.4, 0.5)]


def test_an_unknown_subject_gives_an_empty_excerpt():
    assert about(chained(), "user 99").spans == ()


def test_fates_are_counted_in_the_order_of_the_ledger():
    assert list(first(every_fate(), len(Fate)).fates()) == list(Fate)


def test_the_representative_subject_has_the_most_kinds_of_outcome():
    assert subjects(chained()) == ("user 7", "user 9")
    assert representative_subject([chained(), chained()]) == "user 7"
    assert representative_subject([*all_five()]) == "user 7"
    assert representative_subject([]) == ""


def test_a_cycle_of_causes_does_not_hang_the_excerpt():
    story = Story()
    emit = story.emit("a", 0.0, 0.1, cause=2, subject="user 7")
    story.deliver("b", emit, 0.0, 0.0, 0.1)

    assert len(about(story.trace(), "user 7").spans) == 2


def test_with_equal_outcomes_the_subject_with_more_spans_wins():
    story = Story()
    for subject, listeners in (("user 1", 1), ("user 2", 3), ("user 3", 2)):
        emit = story.emit("user.created", 0, 0, subject=subject)
        for n in range(listeners):
            story.deliver(f"greet_{n}", emit, 0, 0, 1, subject=subject)

    assert representative_subject([story.trace()]) == "user 2"
