"""The code reads as native English: few words that name no component, and none of the translated phrases of the past.

Both rules cover code, comments, docstrings, help and errors. Add a phrase to `PHRASES` when you find one.
"""

import re
from collections import Counter

from tests.house.repo import files, text

AREAS = ("eventdemo/", "mock_services/", "benchmarks/", "tests/")
WORDS = re.compile(r"\b((?:no|some|any|every)body|whoever|tells?|told)\b", re.IGNORECASE)
WORDS_PER_1000_LINES = 2
PHRASES = (
    r"also if",
    r"\bleave (?:--?\w+ )?away",
    r"how-manieth",
    r"at some time\b",
    r"that there (?:is|are) not\b",
    r"belongs? into",
    r"foretold",
    r"what came of",
    r"to be told",
    r"of equals\b",
    r"stands in\b",
    r"has to bear",
    r"is there to\b",
    r"the merit of",
    r"without a word",
    r"gone on long before",
    r"not a line of",
    r"a question of its own",
    r"begun again",
    r"books balance",
    r"ended after a later one",
    r"answered 429",
    r"stands still",
)
PROSE = list(files("eventdemo/*.toml"))
"""The texts of the notebooks and of the claims."""
READ = [*PROSE, *(p for p in files("*.py") if p.startswith(AREAS) and p != "tests/house/test_plain_english.py")]


def area_of(path):
    """Return the folder that a file counts for: a part of the package, or a folder at the top of the repo."""
    first, second, *rest = path.split("/")
    return f"{first}/{second}" if first == "eventdemo" and rest else first


def test_each_area_uses_few_of_the_words_that_name_no_component():
    lines, words = Counter(), Counter()
    for path in READ:
        lines[area_of(path)] += len(text(path).splitlines())
        words[area_of(path)] += len(WORDS.findall(text(path)))

    over = {area: words[area] for area in lines if 1000 * words[area] > WORDS_PER_1000_LINES * lines[area]}

    assert not over, f"name the component instead (the emitter, the caller, the worker): {over}"


def test_no_file_contains_a_translated_phrase():
    phrase = re.compile("|".join(PHRASES), re.IGNORECASE)
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in READ
        for number, line in enumerate(text(path).splitlines(), 1)
        if phrase.search(line)
    ]

    assert not found, "\n".join(["write it as a native engineer would say it:", *found])
