"""Conditions are data: written as options, read back the same, and refused in a sentence when they cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdemo.trace.conditions import Conditions, ConditionsError, Crash, crashes_of, names_of

MICROSECONDS = st.integers(0, 10**9)


@given(st.sampled_from("ABC"), MICROSECONDS, st.none() | MICROSECONDS)
def test_a_crash_is_read_as_it_is_written(instance, at, pause):
    crash = Crash(instance, at / 1e6, None if not pause else (at + pause) / 1e6)

    assert Crash.parsed(str(crash)) == crash


@pytest.mark.parametrize(
    "text", ["", "A", "A@", "a@1", "A@x", "A@1..", "A@2..1", "A@1..1", "A@-1", "AB@1", "A@1e3", "A@nan"]
)
def test_what_is_no_crash_is_refused(text):
    with pytest.raises(ConditionsError, match="no crash"):
        Crash.parsed(text)


@pytest.mark.parametrize(
    ("given_conditions", "said"),
    [
        ({"instances": 0}, "There can be 1 to 26 instances, not 0."),
        ({"instances": 27}, "There can be 1 to 26 instances, not 27."),
        ({"kill_rate": -1}, "A kill rate is 0 to 60 a minute, not -1."),
        ({"kill_rate": float("nan")}, "A kill rate is 0 to 60 a minute, not nan."),
        ({"crashes": [Crash("B", 1)]}, "B@1 names no instance of this run: there is A."),
        ({"instances": 3, "crashes": [Crash("D", 1)]}, "D@1 names no instance of this run: there is A, B, C."),
        ({"crashes": [Crash("A", 1), Crash("A", 2)]}, "A@2 cannot be: A is dead at that time already."),
        ({"crashes": [Crash("A", 3), Crash("A", 1, 4)]}, "A@3 cannot be: A is dead at that time already."),
        ({"repairs": ("luck",)}, "There is no repair 'luck': choose from leader-lock"),
        ({"repairs": ("bounded:0",)}, "There is no repair 'bounded:0'"),
    ],
)
def test_conditions_that_cannot_be_are_refused_in_a_sentence(given_conditions, said):
    with pytest.raises(ConditionsError) as refused:
        Conditions(**given_conditions)

    assert str(refused.value).startswith(said)


def test_the_defaults_are_one_quiet_instance_and_need_no_option():
    assert Conditions().one_quiet_instance
    assert Conditions().options() == []


def test_conditions_are_written_as_the_options_that_make_them():
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
def test_names_are_separated_by_commas_and_none_is_no_name(written, names):
    assert names_of(written) == names
