"""What a pattern matches: `*` exactly one segment, `**` any number of segments including none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.core.bus import EventBus
from eventdemo.core.matching import PatternTree
from tests.core.calls import Calls

SEGMENTS = st.sampled_from(["a", "b", "*", "**", ""])
NAMES = st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=5).map(".".join)
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=5).map(".".join)


def matches(pattern, name):
    """Say the rule once more, as simply as possible, in lists of segments."""
    if not pattern:
        return not name
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        return any(matches(rest, name[skipped:]) for skipped in range(len(name) + 1))
    return bool(name) and first in ("*", name[0]) and matches(rest, name[1:])


@settings(deadline=None)
@given(st.lists(PATTERNS, max_size=6), st.lists(PATTERNS, max_size=6), NAMES)
def test_the_tree_agrees_with_a_recursive_matcher_after_any_adds_and_discards(kept, discarded, name):
    tree = PatternTree(".")
    for pattern in [*kept, *discarded]:
        tree.add(pattern)
    for pattern in set(discarded):
        tree.discard(pattern)

    expected = {p for p in set(kept) - set(discarded) if matches(p.split("."), name.split("."))}

    assert tree.matching(name) == expected


@settings(deadline=None)
@given(st.lists(PATTERNS, max_size=6))
def test_a_tree_whose_patterns_are_all_gone_holds_nothing(patterns):
    tree = PatternTree(".")
    for pattern in patterns:
        tree.add(pattern)
    for pattern in set(patterns):
        tree.discard(pattern)

    assert not tree._root


@pytest.mark.parametrize(
    ("pattern", "heard"),
    [
        ("user.*", "user.created user."),
        ("user.**", "user user.created user. user.sync.task.notifications"),
        ("user.*.**", "user.created user. user.sync.task.notifications"),
        ("*.created", "user.created .created"),
        ("**.created", "created user.created .created a.b.created"),
        ("*", "user created"),
        ("**", "user created user.created user. .created a.b.created user.sync.task.notifications"),
        ("**.**", "user created user.created user. .created a.b.created user.sync.task.notifications"),
        ("*.*", "user.created user. .created"),
        ("user.cre*", ""),
    ],
)
def test_a_pattern_hears_these_names_and_no_others(pattern, heard):
    bus, calls = EventBus(), Calls()
    bus.on(pattern, calls.plain("heard"))
    names = ["user", "created", "user.created", "user.", ".created", "a.b.created", "user.sync.task.notifications"]

    assert {name for name in names if bus.emit(name)} == set(heard.split())


@pytest.mark.parametrize("name", ["a", "a.a", "a.a.a", "x.a.a", "a.x.a.a"])
def test_two_stars_and_a_name_match_however_often_the_name_is_repeated(name):
    bus, calls = EventBus(), Calls()
    bus.on("**.a", calls.plain("heard"))

    assert bus.emit(name)


def test_a_pattern_in_the_form_two_stars_twice_is_stored_and_heard_once():
    bus, calls = EventBus(), Calls()
    bus.on("**.**", calls.plain("heard"))

    bus.emit("a.b.c")

    assert calls == ["heard"]


def test_two_stars_after_one_star_do_not_match_the_bare_name():
    bus = EventBus()
    bus.on("user.*.**", lambda: None)

    assert not bus.emit("user")


def test_an_emitted_name_is_never_a_pattern():
    bus, calls = EventBus(), Calls()
    bus.on("user.created", calls.plain("created"))

    assert [bus.emit(name) for name in ("user.*", "*.created", "**", "*")] == [False] * 4
    assert calls == []


def test_a_name_with_stars_that_is_emitted_reaches_the_patterns_that_match_it_letter_by_letter():
    bus, calls = EventBus(), Calls()
    bus.on("user.*", calls.plain("user.*"))

    assert bus.emit("user.*")
    assert bus.emit("user.**")
    assert calls == ["user.*", "user.*"]


def test_removing_from_a_pattern_leaves_the_exact_names_alone():
    bus, calls = EventBus(), Calls()
    listener = calls.plain("heard")
    bus.on("user.created", listener)

    bus.remove_listener("user.*", listener)
    bus.remove_all_listeners("user.*")
    bus.emit("user.created")

    assert calls == ["heard"]


def test_a_pattern_that_matches_in_several_ways_hides_no_other_pattern():
    tree = PatternTree(".")
    for pattern in ("**.**", "user.**"):
        tree.add(pattern)

    assert tree.matching("user") == {"**.**", "user.**"}


def test_the_ways_in_which_a_pattern_matches_are_not_tried_one_by_one():
    tree = PatternTree(".")
    tree.add(".".join(["**"] * 12))  # matches a name of 30 segments in billions of ways

    assert len(tree.matching(".".join("a" * 30))) == 1


def test_a_star_inside_a_segment_is_an_ordinary_letter():
    bus, calls = EventBus(), Calls()
    bus.on("user.cre*ted", calls.plain("heard"))

    assert not bus.emit("user.created")
    assert bus.emit("user.cre*ted")


def test_another_delimiter_makes_other_segments():
    bus, calls = EventBus(delimiter="::"), Calls()
    bus.on("user::*", calls.plain("heard"))

    assert bus.emit("user::created")
    assert not bus.emit("user.created")


def test_ten_thousand_unrelated_patterns_do_not_change_what_an_emit_calls():
    bus, calls = EventBus(), Calls()
    bus.on("user.created", calls.plain("heard"))
    for number in range(10_000):
        bus.on(f"tenant{number}.*.**", calls.plain(number))

    assert len(bus.listeners("user.created")) == 1
    bus.emit("user.created")
    bus.emit("tenant77.login")

    assert calls == ["heard", 77]


def test_a_bus_that_hears_ever_new_names_does_not_remember_them_all():
    bus = EventBus()
    bus.on("user.*.seen", lambda: None)

    for number in range(20_000):
        bus.emit(f"user.{number}.seen")

    assert len(bus._eventdemo_bus.table.routes) <= 4096
