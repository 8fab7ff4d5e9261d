"""Pictures in a notebook, and the replies beside them."""

import pytest

from eventdemo.learn import exercise, picture
from eventdemo.learn.markup import coloured, with_code, with_lists
from eventdemo.learn.prose import Reply
from eventdemo.simulate import simulate
from eventdemo.trace.live import BESIDE_CODE, picture_data


def test_runs_that_differ_in_their_seeds_only_are_labelled_with_them():
    runs = [simulate("logout-race", users=2, seed=seed) for seed in (7, 3)]

    assert [shown.label for shown in picture(*runs).excerpts()] == ["broken, seed 7", "broken, seed 3"]
    assert [shown.label for shown in picture(runs[0]).excerpts()] == ["broken"]


def test_a_picture_with_code_leaves_room_at_its_side():
    def widths(run):
        [drawings] = picture_data([run], subject="", beside_code=BESIDE_CODE)["drawings"].values()
        return [drawing["width"] for drawing in drawings]

    run = simulate("logout", users=2)
    stored = type(run).model_validate_json(run.model_dump_json())  # JSON omits the lines

    assert widths(run) == [*BESIDE_CODE]
    assert widths(stored) == [366, 900]


def test_a_reply_is_wrapped_as_text_and_coloured_as_markup():
    reply = Reply("✗ You predicted a < b.", "Why: `emit` returned. " + "Then it went on. " * 9)

    assert max(map(len, str(reply).splitlines())) <= 96
    assert "You predicted a &lt; b." in coloured(reply)
    assert "<code>emit</code> returned" in coloured(reply)
    assert "--jp-error-color1" in coloured(reply)
    assert "--jp-success-color1" in coloured(Reply("✓ Right."))


def test_a_task_can_have_a_list():
    markup = with_lists(exercise("order-and-job").task)

    assert markup.count("<li>") == 3
    assert markup.startswith("Write the outbox: <code>place(db, bus, order)</code>")
    assert "<em>power cut</em>: the process dies." in with_lists(exercise("name-the-fate").task)
    assert "- `await db.insert(table, row)` inserts a row" in str(exercise("order-and-job"))


def test_markup_of_a_reader_is_escaped():
    assert with_code("`<b>`") == "<code>&lt;b&gt;</code>"


@pytest.mark.parametrize("cell", ["async def shut_down(bus):\n    await asyncio.sleep(5)\n"])
def test_a_failing_schedule_shows_names_without_the_judge_and_no_code_of_it(cell):
    names = {}
    exec(f"import asyncio\n{cell}", names)

    [shown] = exercise("shut-down").check(names["shut_down"]).shows

    assert picture_data([shown], subject="")["code"] == []
    assert not any("<locals>" in span.name + span.detail for span in shown.spans)
