"""The code beside a picture: whole functions, and the rows of each mark and of its segments."""

from eventdemo.learn import fate_example
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import about
from eventdemo.trace.lines import Line
from eventdemo.trace.live import Listing, picture_data
from eventdemo.trace.record import Trace

AUTH = "eventdemo/backend/patterns/auth.py"


def logout():
    return about(simulate("logout", users=3), "user 2")


def texts(data, rows):
    """Return the text of each row."""
    code = [dict(function["rows"]) for function in data["code"]]
    return [code[int(row.split(":")[0])][int(row.split(":")[1])].strip() for row in rows]


def test_a_picture_has_the_functions_that_its_marks_came_to_without_their_docstrings():
    functions = picture_data([logout()])["code"]

    assert [function["file"] for function in functions] == [AUTH] * 3
    assert [text for _, text in functions[2]["rows"]] == [
        "@on_event(AuthLogout)",
        "async def unsubscribe_from_topics(self, event: AuthLogout) -> None:",
        "    for token in await self._store.device_tokens(event.user_id):",
        "        with suppress(UnregisteredToken):  # the app is gone from this device, and its topics with it",
        "            for topic in await self._fcm.subscribed_topics(token):",
        "                await self._fcm.unsubscribe(token, topic)",
    ]


def test_each_segment_of_a_mark_has_the_line_at_which_it_waited():
    excerpt = logout()
    data = picture_data([excerpt])
    span = next(span for span in excerpt.spans if span.name == "unsubscribe_from_topics")
    mark = data["marks"][""][0][str(span.id)]

    assert [texts(data, rows) for rows in mark["segments"][:3]] == [
        ["for token in await self._store.device_tokens(event.user_id):"],
        ["for topic in await self._fcm.subscribed_topics(token):"],
        ["await self._fcm.unsubscribe(token, topic)"],
    ]
    assert texts(data, mark["rows"])[0] == "async def unsubscribe_from_topics(self, event: AuthLogout) -> None:"


def test_a_function_inside_another_is_shown_inside_it():
    functions = picture_data([fate_example("skipped")])["code"]
    texts = ["".join(text for _, text in function["rows"]) for function in functions]

    assert sum("def clear_token" in text for text in texts) == 1
    assert any("def log_out_badly" in text and "def clear_token" in text for text in texts)


def test_a_line_outside_of_functions_has_its_statement(tmp_path):
    file = tmp_path / "cell.py"
    file.write_text("first = 1\nsecond = (\n    2\n)\n", "utf-8")
    line = Line(str(file), 3)
    listing = Listing([line])

    assert listing.data() == [{"file": "cell.py", "rows": [(2, "second = ("), (3, "    2"), (4, ")")]}]
    assert listing.row(line) == "0:3"


def test_a_line_without_source_has_no_row(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("def (", "utf-8")
    lines = [Line("<string>", 1), Line(str(broken), 1)]

    assert Listing(lines).rows(lines) == []
    assert Listing(lines).data() == []


def test_a_trace_from_json_has_no_code():
    stored = Trace.model_validate_json(simulate("logout", users=3).model_dump_json())

    assert picture_data([stored])["code"] == []
