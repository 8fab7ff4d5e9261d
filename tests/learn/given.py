"""The answers to the exercises that tests give, as data in `answers/`; the package has the solutions only."""

import tomllib

from tests.house.repo import ROOT, files

ANSWERS = {
    name: given
    for path in files("tests/learn/answers/*.toml")
    for name, given in tomllib.loads((ROOT / path).read_text("utf-8")).items()
}
LIKELY = {
    name: {each["cell"]: " ".join(each["feedback"].split()) for each in given["likely"]}
    for name, given in ANSWERS.items()
}
"""The wrong answers that look right, as cells, and part of the feedback that only this mistake gets."""


def filled_in(task, code):
    """Run a cell and return the object to judge."""
    names = {}
    exec(code, names)
    return names[task.answer]
