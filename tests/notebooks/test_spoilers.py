"""Nothing above a question gives its answer away: no text, no name in the code, and no output of an earlier cell.

Two rules find it. The words that only the right choice has, or its number with the thing that is counted, must not
stand in one sentence before the question. And `giveaways.py` has, for each question, phrases that would tell the answer
in other words.
"""

import re

import pytest

from eventdemo.learn.contents import NOTEBOOKS, questions_of
from eventdemo.learn.forms import CountOf, OrderOf
from tests.notebooks.giveaways import ALLOWED, COMMON, GIVEAWAYS
from tests.notebooks.stored import PATHS, cells

QUESTIONS = {each.name: (notebook, each) for notebook in NOTEBOOKS for each in questions_of(notebook)}
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
MOST = 0.6
"""The share of the distinctive words of an answer that a sentence must contain to give it away."""


def plain(text):
    """Return text in lower case, with the parts of a name as words of their own."""
    return " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]|[*`]", " ", text).lower().split())


def stems(text):
    """Return the words that say something, without their endings."""
    words = set(re.findall(r"[a-z]{2,}|\d+", plain(text))) - COMMON
    return {re.sub(r"(?<=..)(ing|ed|es|e|s)$", "", word) for word in words}


def sentences(cell):
    """Yield what a cell shows: each sentence of text, each line of code and output, except questions."""
    if cell["cell_type"] == "markdown":
        for part in re.split(r"\n\s*\n|\n(?=- |#)", cell["source"]):
            yield from re.split(r"(?<=[.!?:])\s+", " ".join(part.split()))
        return
    yield from cell["source"].splitlines()
    for output in cell["outputs"]:
        shown = "".join(output.get("text") or output["data"].get("text/plain", ""))
        if not shown.startswith("Predict."):
            yield from shown.splitlines()


def around(name):
    """Return the sentences before a question, and those after it with its own feedback."""
    notebook, question = QUESTIONS[name]
    all_cells = cells(PATHS[notebook])
    (asked,) = (n for n, cell in enumerate(all_cells) if f'predict("{name}")' in cell["source"])
    before, after = ([s for cell in part for s in sentences(cell)] for part in (all_cells[:asked], all_cells[asked:]))
    return before, [*after, *question.reasons, *question.reasons.values(), *question.replies.values()]


def counts(question, text):
    """Return whether a text has the number that answers a question, beside what it counts: `10 of 20 employees`."""
    number, counted = int(question.expected), plain(question.form.what)[:-2]
    names = "|".join([str(number), *NUMBERS[number : number + 1]])
    return bool(number and re.search(rf"\b({names})( of)?( \w+)? {counted}", plain(text)))


def gives_away(question, sentence):
    """Return whether a sentence has the answer: its number and what is counted, or most of its distinctive words."""
    if isinstance(question.form, CountOf):
        return counts(question, sentence) and not counts(question, question.asks)
    if isinstance(question.form, OrderOf):
        return False  # the words of all choices are those of the code; its phrases are in `giveaways.py`
    right = [text for key, text in zip("abcdefgh", question.form.choices, strict=False) if key in question.expected]
    wrong = [text for text in question.form.choices if text not in right]
    only = stems(" ".join(right)) - stems(" ".join(wrong)) - stems(question.asks)
    return bool(only) and len(only & stems(sentence)) >= MOST * len(only)


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_before_a_question_gives_its_answer_away(name):
    before, _ = around(name)
    allowed = ALLOWED.get(name, ("\0", ""))[0]

    spoiled = [s for s in before if allowed not in s and gives_away(QUESTIONS[name][1], s)]
    assert not spoiled
    assert not [s for s in before if allowed not in s and any(phrase in plain(s) for phrase in GIVEAWAYS[name])]


def test_each_phrase_is_part_of_the_answer_or_of_its_feedback():
    for name, phrases in GIVEAWAYS.items():
        _, after = around(name)

        assert not [phrase for phrase in phrases if not any(phrase in plain(s) for s in after)], name


def test_each_exception_is_needed():
    for name, (fragment, _) in ALLOWED.items():
        before, _ = around(name)

        assert any(fragment in s and gives_away(QUESTIONS[name][1], s) for s in before), name


def test_a_spoiler_is_noticed():
    drift, hook, payload = (QUESTIONS[name][1] for name in ("drift", "hook-fails", "partial-failure"))

    assert gives_away(drift, "In this run, 10 employees are never visited.")
    assert gives_away(drift, "Ten employees are skipped.")
    assert gives_away(hook, "As you will see, the error is only in the log.")
    assert not gives_away(drift, "A job goes through ten pages.")
    assert not gives_away(payload, "The pipeline has two stages.")
