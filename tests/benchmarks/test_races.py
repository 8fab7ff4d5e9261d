"""eventdemo finds each of the five races again, after as many schedules as the page says."""

import json

import pytest

from benchmarks import races
from docs.pages.races import table

KEPT = json.loads(races.DATA.read_text("utf-8"))


@pytest.mark.parametrize("race", races.RACES, ids=lambda race: race.__name__)
def test_the_explorer_finds_the_race_after_as_many_schedules_as_the_page_says(race):
    assert races.eventdemo(race, 20) == KEPT[0]["found"][race.__name__] is not None


def test_the_table_has_a_row_for_each_library():
    rows = [line for line in table(KEPT).splitlines() if line.startswith("| ")][1:]

    assert [row.split()[1] for row in rows] == [library.__name__ for library in races.LIBRARIES]
