import pytest
from rich.console import Console

from eventdemo.core.fates import Fate
from eventdemo.trace.comparison import compare
from eventdemo.trace.comparison_table import plain, show
from tests.trace.hand_made import Story, all_five, fan_out


def row(traces, question):
    [found] = [row for row in compare(traces).rows if row.question == question]
    return found


def answers(traces, question):
    return [cell.text for cell in row(traces, question).cells]


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("emit returned p50", ["1.42 s", "1.42 s", "550 ms", "350 ms", "0 ms"]),
        ("longest block of the event loop", ["1.42 s", "0 ms", "0 ms", "0 ms", "0 ms"]),
        ("peak in flight: oracle-fusion", ["1", "1", "2", "2", "2"]),
        ("peak in flight: fcm", ["1", "1", "1", "1", "0"]),
        ("rate-limited (HTTP 429)", ["0", "0", "0", "0", "1"]),
        ("failed, error lost", ["0", "0", "0", "0", "1"]),
        ("lost", ["0", "0", "0", "0", "1"]),
        ("finished out of order", ["0"] * 5),
        ("every delivery accounted for", ["yes"] * 5),
    ],
)
def test_strategies_are_the_columns_and_questions_the_rows(question, cells):
    assert answers(all_five(), question) == cells


def test_the_best_and_the_worst_are_marked():
    assert [cell.tone for cell in row(all_five(), "emit returned p50").cells] == ["worst", "worst", "", "", "best"]


def test_where_all_are_equal_nothing_is_marked():
    assert {cell.tone for cell in row(all_five(), "finished out of order").cells} == {""}


def test_more_calls_at_once_are_neither_better_nor_worse():
    assert {cell.tone for cell in row(all_five(), "peak in flight: oracle-fusion").cells} == {""}


def test_late_finishes_and_an_unbalanced_ledger_are_visible():
    story = Story()
    story.deliver("greet", story.emit("user.created", 0, 0), 0, 0, 1)
    broken = story.trace(finished_out_of_order=1312).model_copy(update={"balanced": False})

    assert answers([broken], "finished out of order") == ["1,312"]
    assert answers([broken], "every delivery accounted for") == ["NO"]


def test_rows_without_information_are_omitted():
    story = Story()
    emit = story.emit("user.created", 0, 0)
    story.deliver("greet", emit, 0, 0, 1, Fate.DUPLICATE)

    assert "delivered twice" not in [row.question for row in compare(all_five()).rows]
    assert answers([story.trace()], "delivered twice") == ["1"]


def test_five_strategies_fit_into_100_columns():
    lines = plain(compare(all_five())).splitlines()

    assert lines[0] == "fan-out, 1 user, seed 7"
    assert lines[2].split() == ["sync", "sequential", "awaited", "bounded:8", "detached"]
    assert max(map(len, lines)) <= 100


def test_strategies_that_do_not_fit_follow_below():
    lines = plain(compare([*all_five(), *all_five()])).splitlines()

    assert max(map(len, lines)) <= 100
    assert sum(line.startswith("emit returned p50") for line in lines) == 2


def test_a_pipe_gets_plain_text_and_a_terminal_colours():
    comparison = compare([fan_out("sync"), fan_out("detached")])
    piped, terminal = Console(width=100, force_terminal=False), Console(width=100, force_terminal=True)

    with piped.capture() as plain_text:
        show(comparison, piped)
    with terminal.capture() as coloured:
        show(comparison, terminal)

    assert plain_text.get() == plain(comparison)
    assert "\x1b[" in coloured.get()


def test_markup_in_a_name_is_shown_and_not_obeyed():
    odd = fan_out("sync").model_copy(update={"strategy": "[red]sync[/red]"})
    terminal = Console(width=100, force_terminal=True)

    with terminal.capture() as coloured:
        show(compare([odd]), terminal)

    assert "[red]sync[/red]" in coloured.get()


def test_nothing_to_compare_is_an_empty_table():
    assert plain(compare([])) == "\n"
