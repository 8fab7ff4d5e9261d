"""Which schedules run if a token or a kept failure says which one to run again, and a test that never began."""

from tests.testing.test_plugin import FIXED, SHOP

pytest_plugins = ["pytester"]
FIFO = "test_it.py::test_the_item_is_sold_once/awaited/fifo/"


def explored(result):
    """Return what the summary says of the test: which schedules ran."""
    return [line.partition("sold_once: ")[2] for line in result.outlines if "sold_once: " in line]


def test_the_schedule_of_a_token_that_passes_runs_alone(run):
    result = run(FIXED, "--explore-replay", f"{FIFO}0", "-s")

    result.assert_outcomes(passed=1)
    assert explored(result) == ["1 schedule again"]
    assert result.stdout.str().count("the shop opens") == 1


def test_a_token_with_more_choices_than_the_test_makes_has_no_schedule(run):
    (line,) = explored(run(FIXED, "--explore-replay", FIFO + "0" * 20 + "1"))

    assert line.startswith("the test no longer has the schedule of the token, so all ran")


def test_after_a_fix_several_waits_may_end_on_one_turn_although_the_failing_schedule_ended_them_one_by_one(run):
    run(SHOP)
    (line,) = explored(run(FIXED))

    assert "several waits" in line


def test_if_a_fixture_cannot_be_made_the_test_that_never_began_gives_no_warning(run):
    result = run(
        """
        import pytest

        @pytest.fixture
        async def shop():
            raise OSError("the port is taken")

        @pytest.mark.explore
        async def test_it(shop): ...
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E       OSError: the port is taken"])
    result.stdout.no_fnmatch_line("*never awaited*")
