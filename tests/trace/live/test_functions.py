from tests.trace.live.node import needs_node, under_node

CAUSES = [["1", None], ["2", "1"], ["3", "1"], ["4", "2"], ["5", "4"], ["6", "9"]]
"""Each mark and its cause; 9 is not shown."""


@needs_node
def test_a_cone_is_every_cause_in_order_and_every_effect():
    asked = [["cone", CAUSES, "4"], ["cone", CAUSES, "1"], ["cone", CAUSES, "3"], ["cone", CAUSES, "6"]]

    assert under_node("functions.mjs", asked) == [
        {"led": ["1", "2"], "followed": ["5"]},
        {"led": [], "followed": ["2", "3", "4", "5"]},
        {"led": ["1"], "followed": []},
        {"led": [], "followed": []},
    ]


@needs_node
def test_the_widest_drawing_that_fits_at_80_percent_is_shown_or_else_the_narrowest():
    asked = [["fitting", [366, 900], room] for room in (1200, 900, 720, 719, 366, 200)]

    assert under_node("functions.mjs", asked) == [900, 900, 900, 366, 366, 366]


@needs_node
def test_a_line_of_code_breaks_between_names_and_never_inside_an_arrow():
    asked = [["line", "self._store.end(token) -> None:"], ["line", "x = 0.5  # e.g. half"]]

    assert under_node("functions.mjs", asked) == [
        "self.<wbr>_store.<wbr>end(<wbr>token) <bdi>-&gt;</bdi> None:",
        "x = 0.<wbr>5  # e.<wbr>g. half",
    ]
