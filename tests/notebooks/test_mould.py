"""The structure of a notebook: question, prediction, run, picture, finding, exercise; short cells; static pictures."""

import ast
import re
from itertools import chain, takewhile

import eventdemo
from benchmarks import redraw
from eventdemo.learn import exercise
from eventdemo.learn.contents import NOTEBOOKS, exercises_of, questions_of
from eventdemo.simulate import SCENARIOS
from tests.house.repo import ROOT, assert_none
from tests.notebooks.stored import PATHS, bundles, cells, code, prose

ATTRIBUTES_ONLY = re.compile(r"<(style|script|defs|foreignObject)|\sstyle=|\son\w+=")
SHOWN = {"image/svg+xml", "text/plain"}


def test_every_notebook_has_its_questions_and_its_exercises():
    assert set(PATHS) == set(NOTEBOOKS)


def test_code_cells_have_one_to_ten_lines():
    lengths = [(name, cell, sum(bool(line) for line in cell.splitlines())) for name in NOTEBOOKS for cell in code(name)]

    assert_none(f"{name}: {lines} lines in\n{cell}" for name, cell, lines in lengths if not 1 <= lines <= 10)


def test_a_notebook_has_at_most_25_code_cells():
    assert_none(f"{name} has {len(code(name))}" for name in NOTEBOOKS if len(code(name)) > 25)


def test_a_notebook_takes_15_to_25_minutes():
    """At 200 words a minute, with 30 seconds for each question, 12 for each cell, and 3 minutes for each exercise."""
    minutes = {
        name: words_of(name) / 200 + len(questions_of(name)) / 2 + len(code(name)) / 5 + 3 * len(exercises_of(name))
        for name in NOTEBOOKS
    }

    assert_none(f"{name} takes {taken:.0f}" for name, taken in minutes.items() if not 15 <= taken <= 25)


def words_of(name):
    asked = [" ".join([each.asks, *each.form.choices, *each.reasons, each.why]) for each in questions_of(name)]
    tasks = [exercise(each).task for each in exercises_of(name)]
    return len(" ".join([prose(name), *asked, *tasks]).split())


def test_the_first_answer_comes_within_two_minutes():
    """That is 400 words: the text and outputs up to the first question, and that question."""
    words = {}
    for name in NOTEBOOKS:
        before = takewhile(
            lambda cell: "predict(" not in cell["source"] or cell["cell_type"] != "code", cells(PATHS[name])
        )
        first = questions_of(name)[0]
        asked = [first.asks, *first.form.choices, *first.reasons, first.why]
        words[name] = len(" ".join([*map(text_of, before), *asked]).split())

    assert_none(f"{name}: {number} words" for name, number in words.items() if number > 400)


def text_of(cell):
    outputs = (output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.get("outputs", ()))
    return " ".join([cell["source"], *("".join(output) for output in outputs)])


def test_there_are_at_least_thirty_exercises():
    assert sum(len(exercises_of(name)) for name in NOTEBOOKS) >= 30


def test_each_question_is_asked_once_in_order_and_then_scored():
    steps = {name: re.findall(r'(predict)\("([\w-]+)"\)|\.(score)\(', "\n".join(code(name))) for name in NOTEBOOKS}
    wanted = {
        name: list(chain.from_iterable((("predict", q.name, ""), ("", "", "score")) for q in questions_of(name)))
        for name in NOTEBOOKS
    }

    assert_none(f"{name}: {steps[name]}, expected {wanted[name]}" for name in NOTEBOOKS if steps[name] != wanted[name])


def test_scored_answers_match_the_explanations():
    scored = {
        name: [data["text/plain"] for data in bundles(name) if data["text/plain"].startswith("What happened:")]
        for name in NOTEBOOKS
    }

    assert_none(name for name in NOTEBOOKS if len(scored[name]) != len(questions_of(name)))
    assert_none(f"{name}: {said}" for name in NOTEBOOKS for said in scored[name] if "You changed the run" in said)


def test_there_are_three_exercises_whose_cells_are_their_gaps():
    def has_hole_of(name, each):
        shown = next(source for source in code(name) if f'exercise("{each.name}")' in source)
        variable = shown.split(" = ")[0]
        return f"{each.hole.strip()}\n\n{variable}.check({each.answer})" in code(name)

    exercises = [(name, exercise(each)) for name in NOTEBOOKS for each in exercises_of(name)]

    assert_none(name for name in NOTEBOOKS if len(exercises_of(name)) < 3)
    assert_none(f"{name}: {each.name}" for name, each in exercises if not has_hole_of(name, each))


def test_each_section_with_a_question_has_a_finding_in_bold():
    parts = ("Change one thing", "## Summary", "**Next:**")

    assert_none(name for name in NOTEBOOKS if prose(name).count("**Finding: ") < len(questions_of(name)) - 1)
    assert_none(f"{name} has no {part}" for name in NOTEBOOKS for part in parts if part not in prose(name))


def test_a_stored_picture_is_a_plain_svg_without_alternatives():
    pictures = {name: [data for data in bundles(name) if "image/svg+xml" in data] for name in NOTEBOOKS}
    kinds = [(name, set(data)) for name in NOTEBOOKS for data in bundles(name) if not is_folded(data)]

    assert_none(name for name in NOTEBOOKS if len(pictures[name]) < 2 and name != "proving_order")  # schedules are text
    assert_none(f"{name}: {other}" for name in NOTEBOOKS for other in pictures[name] if set(other) != SHOWN)
    assert_none(f"{name}: {kind}" for name, kind in kinds if not kind <= SHOWN)
    assert_none(
        f"{name}: {found[0]}"
        for name in NOTEBOOKS
        for data in pictures[name]
        if (found := ATTRIBUTES_ONLY.search(data["image/svg+xml"]))
    )


def is_folded(data):
    return data.get("text/html", "").startswith("<details><summary>What happened?</summary>")


def test_what_happened_is_folded_on_a_page():
    scored = [(name, data) for name in NOTEBOOKS for data in bundles(name) if "What happened:" in data["text/plain"]]

    assert len(scored) == sum(len(questions_of(name)) for name in NOTEBOOKS)
    assert_none(f"{name}: {data['text/plain']}" for name, data in scored if not is_folded(data))


def test_each_notebook_ends_with_its_score():
    assert_none(name for name in NOTEBOOKS if code(name)[-1] != f'score_card("{name}")')


def named_in(name):
    """Yield the notebooks, scenarios and pages that a notebook names, each with whether it exists."""
    for notebook in re.findall(r"\]\((\w+\.ipynb)", prose(name)):
        yield notebook, f"notebooks/{notebook}" in PATHS.values()
    for scenario in re.findall(r"`eventdemo compare ([\w-]+)", prose(name)):
        yield scenario, scenario in SCENARIOS
    for target in re.findall(r"\]\(\.\./([^)#]+)", prose(name)):
        yield target, (ROOT / target).is_file()


def test_names_in_the_prose_exist():
    assert_none(f"{name} names {what}" for name in NOTEBOOKS for what, exists in named_in(name) if not exists)


def test_cells_do_not_redefine_the_package():
    defined = [
        (name, node.name)
        for name in NOTEBOOKS
        for source in code(name)
        for node in ast.walk(ast.parse(plain(source)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]

    assert_none(f"{name} defines {thing}" for name, thing in defined if thing in eventdemo.__all__)


def test_the_benchmark_measures_the_sliders_of_the_notebooks():
    calls = [node for name in NOTEBOOKS for cell in code(name) for node in ast.walk(ast.parse(plain(cell)))]
    turned = [
        (node.args[0].value, {word.arg: word.value.value for word in node.keywords if word.arg != "to_scale"})
        for node in calls
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sliders"
    ]

    assert sorted(map(str, turned)) == sorted(map(str, redraw.NOTEBOOKS))


def plain(cell):
    """Return the Python code of a cell, without IPython's magic commands."""
    return "\n".join(line for line in cell.splitlines() if not line.startswith("%"))
