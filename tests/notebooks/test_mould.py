"""The mould of a notebook: ask, predict, run, picture, finding, exercise; short cells; pictures that any page shows."""

import ast
import re

import nbformat
import pytest

from benchmarks import redraw
from eventdemo.learn import exercise
from eventdemo.learn.contents import NOTEBOOKS, questions_of
from tests.house.repo import ROOT, files

PATHS = {path.split("/")[-1][3:-6]: path for path in files("notebooks/*.ipynb")}
ATTRIBUTES_ONLY = re.compile(r"<(style|script|defs|foreignObject)|\sstyle=|\son\w+=")


def cells(name):
    return nbformat.read(ROOT / PATHS[name], as_version=4).cells


def code(name):
    return [cell.source for cell in cells(name) if cell.cell_type == "code"]


def bundles(name):
    outputs = [output for cell in cells(name) for output in cell.get("outputs", ())]
    return [output.data for output in outputs if "data" in output]


def test_every_notebook_has_its_questions_and_its_exercises():
    assert set(PATHS) == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_code_cells_have_one_to_ten_lines(name):
    too_long = [source for source in code(name) if not 1 <= len([line for line in source.splitlines() if line]) <= 10]

    assert not too_long


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_question_is_asked_once_in_order_and_scored_after_it(name):
    source = "\n".join(code(name))

    asked = re.findall(r'predict\("([\w-]+)"\)', source)

    assert asked == [question.name for question in questions_of(name)]
    assert re.findall(r"predict\(|\.score\(", source) == ["predict(", ".score("] * len(asked)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_scored_answers_are_those_that_the_explanations_are_written_for(name):
    scored = [data["text/plain"] for data in bundles(name) if data["text/plain"].startswith("What happened:")]

    assert len(scored) == len(questions_of(name))
    assert not [said for said in scored if "You changed the run" in said]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_there_are_three_exercises_whose_cells_are_their_holes(name):
    sources = code(name)

    assert len(NOTEBOOKS[name]) >= 3
    for each in map(exercise, NOTEBOOKS[name]):
        shown = next(source for source in sources if f'exercise("{each.name}")' in source)
        variable = shown.split(" = ")[0]
        assert f"{each.hole.strip()}\n\n{variable}.check({each.answer})" in sources


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_section_with_a_question_has_a_finding_in_bold(name):
    prose = "\n".join(cell.source for cell in cells(name) if cell.cell_type == "markdown")

    assert prose.count("**Finding: ") >= len(questions_of(name)) - 1
    assert "Change one thing" in prose
    assert "## Summary" in prose
    assert "**Next:**" in prose


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_stored_picture_is_an_svg_with_attributes_only_and_nothing_that_would_be_shown_instead(name):
    pictures = [data for data in bundles(name) if "image/svg+xml" in data]

    assert len(pictures) >= 2
    for data in pictures:
        assert set(data) == {"image/svg+xml", "text/plain"}
        assert not ATTRIBUTES_ONLY.search(data["image/svg+xml"])
    assert all(set(data) <= {"image/svg+xml", "text/plain"} for data in bundles(name))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_names_in_the_prose_exist(name):
    """Linked notebooks and pages are there, and what is to be compared is a scenario."""
    from eventdemo.simulate import SCENARIOS

    prose = "\n".join(cell.source for cell in cells(name) if cell.cell_type == "markdown")

    for notebook in re.findall(r"\]\((\w+\.ipynb)", prose):
        assert f"notebooks/{notebook}" in PATHS.values()
    for scenario in re.findall(r"`eventdemo compare ([\w-]+)", prose):
        assert scenario in SCENARIOS
    for target in re.findall(r"\]\(\.\./([^)#]+)", prose):
        assert (ROOT / target).is_file()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_define_nothing_that_the_package_has(name):
    import eventdemo

    defined = {
        node.name
        for source in code(name)
        for node in ast.walk(ast.parse(re.sub(r"^%.*$", "", source, flags=re.MULTILINE)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }

    assert not defined & set(eventdemo.__all__)


def test_the_redraws_that_are_measured_are_those_of_the_notebooks():
    calls = [node for name in NOTEBOOKS for cell in code(name) for node in ast.walk(ast.parse(plain(cell)))]
    turned = [
        (node.args[0].value, {word.arg: word.value.value for word in node.keywords})
        for node in calls
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sliders"
    ]

    assert sorted(map(str, turned)) == sorted(map(str, redraw.NOTEBOOKS))


def plain(cell):
    """Return the Python of a cell: what begins with a percent sign is IPython's."""
    return "\n".join(line for line in cell.splitlines() if not line.startswith("%"))
