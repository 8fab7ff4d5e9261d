"""The cells of a wide table have the names of their columns, which a phone shows."""

from docs.pages.tables import labelled


def table(*columns):
    head = "".join(f"<th>{name}</th>" for name in columns)
    return f"<table><tr>{head}</tr><tr>{'<td>x</td>' * len(columns)}</tr></table>"


def test_a_cell_of_a_wide_table_has_the_name_of_its_column():
    page = labelled(table("", "lost &amp; found", "<code>emit</code> waits", "d"))

    assert 'data-label=""' in page
    assert '<td data-label="lost &amp; found">x</td><td data-label="emit waits">x</td><td data-label="d">' in page


def test_a_narrow_table_stays_as_it_is():
    assert labelled(table("a", "b", "c")) == table("a", "b", "c")


def test_three_columns_of_sentences_are_a_wide_table():
    page = table("a", "b", "c").replace("<td>x", f"<td>{'word ' * 10}")

    assert '<td data-label="b">word' in labelled(page)


def test_a_short_name_is_marked_so_that_a_phone_does_not_break_it():
    short, long = "<td><code>sequential</code>", "<td><code>a.very.long.name()</code>"
    page = labelled(f"<table><tr><th>a</th></tr><tr>{short}</td>{long}</td></tr></table>")

    assert f'<td class="name">{short[4:]}' in page
    assert long in page


def test_each_table_has_its_own_names():
    assert labelled(table(*"abcd") + table(*"efgh")).count('data-label="e"') == 1


def test_several_tests_in_a_cell_are_behind_their_number():
    one, two = '<a href="#1">1</a>', '<a href="#1">1</a>, <a href="#2">2</a>'
    page = labelled(
        table("", "a", "tests", "b").replace("<td>x</td><td>x</td></tr>", f"<td>{two}</td><td>{two}</td></tr>")
    )

    assert page.count("<details>") == 1
    assert f'<td data-label="tests"><details><summary>2 tests</summary>{two}</details></td>' in page
    assert f'<td data-label="b">{two}</td>' in page
    assert "<details>" not in labelled(table("", "a", "b", "tests").replace("x</td></tr>", f"{one}</td></tr>"))
