"""Conditions are data: they convert to options and back, and impossible ones are rejected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdemo.trace.conditions import Conditions, ConditionsError, Crash, crashes_of, names_of

MICROSECONDS = st.integers(0, 10**9)


@given(st.sampled_from("ABC"), MICROSECONDS, st.none() | MICROSECONDS)
def test_a_crash_parses_from_its_own_text(instance, at, pause):
    crash = Crash(instance, at / 1e6, None if not pause else (at + pause) / 1e6)

    assert Crash.parsed(str(crash)) == crash


@pytest.mark.parametrize(
    "text", ["", "A", "A@", "a@1", "A@x", "A@1..", "A@2..1", "A@1..1", "A@-1", "AB@1", "A@1e3", "A@nan"]
)
def test_an_invalid_crash_is_rejected(text):
    with pytest.raises(ConditionsError, match="not a crash"):
        Crash.parsed(text)


@pytest.mark.parametrize(
    ("given_conditions", "expected"),
    [
        ({"instances": 0}, "There can be 1 to 26 instances, not 0."),
        ({"instances": 27}, "There can be 1 to 26 instances, not 27."),
        ({"kill_rate": -1}, "A kill rate is 0 to 60 a minute, not -1."),
        ({"kill_rate": float("nan")}, "A kill rate is 0 to 60 a minute, not nan."),
        ({"crashes": [Crash("B", 1)]}, "B@1 names an unknown instance: this run has A."),
        ({"instances": 3, "crashes": [Crash("D", 1)]}, "D@1 names an unknown instance: this run has A, B, C."),
        ({"crashes": [Crash("A", 1), Crash("A", 2)]}, "A@2 is impossible: A is already dead at that time."),
        ({"crashes": [Crash("A", 3), Crash("A", 1, 4)]}, "A@3 is impossible: A is already dead at that time."),
        ({"repairs": ("luck",)}, "Unknown repair 'luck': choose from leader-lock"),
        ({"repairs": ("bounded:0",)}, "Unknown repair 'bounded:0'"),
    ],
)
def test_impossible_conditions_are_rejected_with_a_sentence(given_conditions, expected):
    with pytest.raises(ConditionsError) as refused:
        Conditions(**given_conditions)

    assert str(refused.value).startswith(expected)


def test_the_defaults_need_one_instance_and_no_option():
    assert Conditions().one_quiet_instance
    assert not [*Conditions().options()]


def test_conditions_are_written_as_their_options():
    conditions = Conditions(
        instances=3,
        crashes=crashes_of(["A@2.5..4", Crash("B", 3)]),
        kill_rate=1.5,
        drain=False,
        oracle=("slow", "429"),
        fcm=("down",),
        repairs=("drain", "bounded:8"),
    )

    assert " ".join(conditions.options()) == (
        "--instances 3 --crash A@2.5..4 --crash B@3 --kill-rate 1.5 --oracle slow,429 --fcm down --no-drain "
        "--repair drain,bounded:8"
    )


@pytest.mark.parametrize(
    ("written", "names"), [("", ()), ("none", ()), ("a, b,a", ("a", "b")), (["a"], ("a",)), ("none,a", ("a",))]
)
def test_names_are_separated_by_commas_and_none_means_no_name(written, names):
    assert names_of(written) == names
