import pytest

from eventdemo.trace.units import duration, times


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 ms"),
        (0.0000004, "0 ms"),
        (0.00042, "420 µs"),
        (0.0042, "4.2 ms"),
        (0.271, "271 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1 s"),
        (1.4, "1.4 s"),
        (1.42, "1.42 s"),
        (12.34, "12.3 s"),
        (59.96, "1 min"),
        (134, "2 min 14 s"),
        (3599.6, "1 h"),
        (11_100, "3 h 5 min"),
    ],
)
def test_a_duration_has_readable_units(seconds, expected):
    assert duration(seconds) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"), [(31.2, "31 times"), (9.96, "10 times"), (2.44, "2.4 times"), (2, "2 times")]
)
def test_a_factor_has_two_digits_at_most_below_ten(ratio, expected):
    assert times(ratio) == expected
