from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from eventdemo.trace.axis import Gap, axis_of, linear_axis, round_end

MOMENTS = st.lists(st.integers(0, 10**9), max_size=80)


def test_every_distinct_instant_has_a_step_of_its_own():
    axis = axis_of([0, 5, 5, 5_000_000], room=40)

    assert axis.instants == (0, 5, 5_000_000)
    assert len(set(axis.cells)) == 3


def test_a_long_gap_is_compressed_and_says_how_long_it_was():
    axis = axis_of([0, 10_000, 20_000, 30_000, 1_000_000], room=60)

    assert axis.gaps() == (Gap(axis.cells[3], axis.cells[4], 970_000),)


def test_a_burst_takes_more_than_one_cell():
    burst = list(range(10))

    axis = axis_of([*burst, 1_000_000], room=60)

    assert axis.cell(9) - axis.cell(0) >= 20


def test_if_room_is_short_the_closest_instants_share_a_step():
    axis = axis_of([0, 1, 1_000, 2_000, 3_000], room=6)

    assert axis.instants == (0, 1_000, 2_000, 3_000)
    assert axis.merged == 2
    assert axis.cell(1) == axis.cell(0)


@given(MOMENTS, st.integers(2, 300))
def test_time_never_runs_backwards_and_never_leaves_the_room(moments, room):
    axis = axis_of(moments, room)

    places = [axis.cell(moment) for moment in sorted(moments)]

    assert places == sorted(places)
    assert axis.length <= room
    assert all(earlier < later for earlier, later in pairwise(axis.cells))


def test_a_linear_axis_is_to_scale_and_ends_at_a_round_time():
    axis = linear_axis(2_700_000, room=61)

    assert axis.instants == (0, 500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000)
    assert [axis.cell(moment) for moment in (0, 600_000, 1_200_000, 3_000_000)] == [0, 12, 24, 60]
    assert axis.gaps() == ()


@given(st.integers(0, 10**11), st.integers(2, 300))
def test_every_moment_of_a_linear_axis_is_in_its_room(end, room):
    axis = linear_axis(end, room)

    assert axis.instants[-1] >= end
    assert axis.cell(end) <= axis.cells[-1] == room - 1
    assert round_end(end) == axis.instants[-1]
