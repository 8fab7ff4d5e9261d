"""The code reads as native English: few words that name no component, and none of the translated phrases of the past.

Both rules cover code, comments, docstrings, help and errors. Add a phrase to `PHRASES` when you find one.
"""

import re
from collections import Counter

from tests.house.repo import assert_none, files, text

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


def test_the_names_of_tests_name_the_component():
    names = [name for path in files("tests/*.py") for name in re.findall(r"def (test_\w+)", text(path))]

    assert_none(name for name in names if WORDS.search(name.replace("_", " ")))


def test_no_file_contains_a_translated_phrase():
    phrase = re.compile("|".join(PHRASES), re.IGNORECASE)
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in READ
        for number, line in enumerate(text(path).splitlines(), 1)
        if phrase.search(line)
    ]

    assert not found, "\n".join(["write it as a native engineer would say it:", *found])


PAGES = files("*.md")
GUIDES = [p for p in PAGES if p.startswith("docs/how-to/") or p in {"README.md", "docs/index.md", "docs/quickstart.md"}]
GUIDES += ["docs/graduate/index.md", "docs/learn/index.md"]
NOT_PROSE = re.compile(r"(?s:```.*?```)|(?s:<!--.*?-->)|^\|.*$|<[^>\n]+>|\]\([^)\n]*\)", re.MULTILINE)
"""Code, its sources, tables, tags and the targets of links."""


def words_of(page):
    return re.findall(r"[a-z][\w'-]*", NOT_PROSE.sub(" ", text(page)).lower())


def test_pages_name_the_component():
    written = [word for page in PAGES for word in words_of(page)]
    unnamed = [word for word in written if re.fullmatch(r"(no|some|any|every)body|whoever", word)]

    assert 2000 * len(unnamed) <= len(written), f"name the component instead: {unnamed}"


def test_guides_talk_to_the_reader():
    words = {page: words_of(page) for page in GUIDES}
    you = {page: sum(word in {"you", "your", "yours", "yourself"} for word in words[page]) for page in GUIDES}

    assert_none(
        (f"{page}: {you[page]} of {len(words[page])}" for page in GUIDES if 1000 * you[page] < 12 * len(words[page])),
        "say *you* at least 12 times in 1,000 words:",
    )
