"""The field guide has an example of every fate, and each really ran."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.learn import fate_example


@pytest.mark.parametrize("fate", Fate, ids=str)
def test_a_example_ends_in_its_fate(fate):
    shown = fate_example(fate)

    assert shown.label == str(fate)
    assert fate in shown.fates()


@pytest.mark.parametrize("fate", [fate for fate in Fate if fate.verdict == "lost"], ids=str)
def test_a_lost_example_has_one_lost_fate(fate):
    assert [each for each in fate_example(fate).fates() if each.verdict == "lost"] == [fate]


def test_a_example_is_the_same_each_time():
    assert fate_example("dead-lettered") == fate_example("dead-lettered")


def test_an_unknown_fate_is_rejected():
    with pytest.raises(ValueError, match="Unknown fate 'lsot'"):
        fate_example("lsot")
