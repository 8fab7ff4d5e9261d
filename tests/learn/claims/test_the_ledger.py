"""Every claim has evidence: a probe with its output or the reason why there is none, and an existing Python test."""

import ast
import re
import tomllib

import pytest
import typer

from eventdemo.cli.app import app
from eventdemo.learn.claims import UnknownNumberError, claim, claims
from tests.house.repo import ROOT, assert_none, files, text, tree

ARTICLE = 83
FOLDER = "tests/conformance/claims"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions_of(path):
    return {node.name for node in tree(path).body if isinstance(node, FUNCTIONS)}


def test_the_numbers_are_those_of_the_measurements():
    assert [entry.number for entry in claims()] == list(range(1, ARTICLE + 1))


def test_each_probe_exists_and_its_output_is_recorded():
    recorded = [(entry.number, path) for entry in claims() for path in (*entry.scripts, *entry.outputs)]

    assert_none(
        f"{number}: {path}" for number, path in recorded if not (ROOT / path).is_file() or not text(path).strip()
    )


def test_each_python_test_exists():
    def exists(test):
        path, _, name = test.partition("::")
        return path in files("tests/*.py") and name in functions_of(path)

    assert_none(f"{entry.number} names {test}" for entry in claims() for test in entry.tests if not exists(test))


def test_each_command_is_one_of_ours():
    ours = {("eventdemo", name) for name in typer.main.get_command(app).commands}
    given = [(entry.number, command) for entry in claims() for command in entry.commands]

    assert_none(f"{number}: {command}" for number, command in given if tuple(command.split()[:2]) not in ours)


def test_a_claim_has_a_few_short_words():
    texts = [
        (entry.number, words, limit, closed)
        for entry in claims()
        for words, limit, closed in (
            (entry.claim, 100, True),
            (entry.really, 220, True),
            (entry.here, 150, True),
            (entry.unprobed, 150, False),
        )
        if words
    ]

    assert_none(f"{number}: {words}" for number, words, limit, _ in texts if len(words) > limit)
    assert_none(f"{n}: {words}" for n, words, _, closed in texts if closed and not words.endswith((".", "?", ")")))


def test_every_probe_is_evidence_for_a_claim():
    named = {path for entry in claims() for path in entry.scripts}
    scripts = {path for path in files(f"{FOLDER}/*.js") if re.match(r"\d\d", path.removeprefix(f"{FOLDER}/"))}

    assert scripts == named


def test_every_recorded_output_belongs_to_a_probe():
    def probe_of(path):
        name = re.sub(r"@v\d+\.\d+\.\d+", "", path).removeprefix(f"{FOLDER}/outputs/").removesuffix(".txt")
        return ROOT / FOLDER / f"{name}.js"

    assert_none(path for path in files(f"{FOLDER}/outputs/*") if not probe_of(path).is_file())


def test_every_test_of_a_claim_is_named_by_that_claim():
    here = [path for path in files("tests/learn/claims/test_*.py") if "test_the_" not in path]
    evidence = {f"{path}::{name}" for path in here for name in functions_of(path) if name.startswith("test_")}
    named = {(test, entry.number) for entry in claims() for test in entry.tests}

    assert_none(test for test in evidence if (test, int(re.search(r"::test_(\d+)_", test)[1])) not in named)


def test_each_claim_has_words_a_python_test_and_either_probes_or_the_reason_why_there_are_none():
    assert_none(f"claim {entry.number}" for entry in claims() if not (entry.claim and entry.really and entry.tests))
    assert_none(f"claim {entry.number}" for entry in claims() if bool(entry.probes) is bool(entry.unprobed))


@pytest.mark.parametrize("number", [0, -1, ARTICLE + 1])
def test_an_unknown_number_gets_the_valid_range(number):
    with pytest.raises(UnknownNumberError, match=f"no claim {number}: choose from 1 to {ARTICLE}"):
        claim(number)


def test_the_wheel_contains_the_data():
    project = tomllib.loads(text("pyproject.toml"))

    assert "eventdemo" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert "eventdemo/learn/claims.toml" in files("eventdemo/learn/*")
