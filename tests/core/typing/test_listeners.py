"""A type checker sees a listener's parameter: the lines marked as errors are, and no others."""

import re
from pathlib import Path

from mypy import api

SNIPPET = Path(__file__).with_name("listeners.py")


def test_mypy_accepts_listeners_that_fit_and_refuses_those_that_do_not():
    marks = enumerate(SNIPPET.read_text(encoding="utf-8").splitlines(), 1)
    expected = {(line, mark[1]) for line, text in marks if (mark := re.search(r"# error: ([\w-]+)", text))}

    report, complaints, _ = api.run(["--strict", "--hide-error-context", str(SNIPPET)])

    found = {(int(line), code) for line, code in re.findall(r"listeners\.py:(\d+): error: .*\[([\w-]+)\]", report)}
    assert not complaints
    assert found == expected
