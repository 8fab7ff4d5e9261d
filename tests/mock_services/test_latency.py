import pytest

from mock_services import Constant, LogNormal
from mock_services.keyed_random import uniforms


def times(latency, calls=4000):
    return sorted(latency.milliseconds(uniforms("latency", n)[0]) for n in range(calls))


def test_a_constant_is_constant():
    assert set(times(Constant(250))) == {250}


@pytest.mark.parametrize(("median", "p95"), [(220, 700), (160, 480), (40, 120)])
def test_a_lognormal_has_the_median_and_the_p95_it_was_given(median, p95):
    latency = LogNormal(median, p95)
    drawn = times(latency)

    assert (latency.milliseconds(0.5), latency.milliseconds(0.95)) == (median, p95)
    assert abs(drawn[len(drawn) // 2] / median - 1) < 0.06
    assert abs(drawn[len(drawn) * 95 // 100] / p95 - 1) < 0.08


@pytest.mark.parametrize("pair", [(0, 10), (10, 9), (-1, 5)])
def test_a_p95_below_its_median_raises_a_clear_error(pair):
    with pytest.raises(ValueError, match=r"The p95 \(.* ms\) must be at least the median"):
        LogNormal(*pair)


@pytest.mark.parametrize("latency", [Constant(1.4), LogNormal(3.3, 8.8)])
def test_every_time_is_a_whole_number_of_milliseconds(latency):
    assert {type(ms) for ms in times(latency, 100)} == {int}


@pytest.mark.parametrize("latency", [Constant(100), LogNormal(100, 300)])
def test_scaling_slows_every_call_by_the_same_factor(latency):
    for u in (0.05, 0.5, 0.95):
        assert abs(latency.scaled(10).milliseconds(u) - 10 * latency.milliseconds(u)) <= 10
