"""On a phone, the sentences of a notebook's output wrap, and a list after a paragraph is a list."""

import pytest

from docs.pages.notebooks import GLUED_LIST
from docs.pages.outputs import wrapping


def output(text):
    return f'<div class="highlight"><pre><span></span><code>{text}</code></pre></div>'


def test_sentences_wrap():
    assert 'class="highlight prose"' in wrapping(output("Predict. Who waits?\n  a  the phone\n"))


@pytest.mark.parametrize("text", ["deliveries     1,500     960", "sync ▸░░░✓", '<span class="n">guess</span>'])
def test_columns_timelines_and_code_keep_their_lines(text):
    assert wrapping(output(text)) == output(text)


def test_a_list_directly_after_a_paragraph_gets_the_empty_line_that_mkdocs_needs():
    assert GLUED_LIST.sub(r"\g<0>\n", "Look here:\n- one\n- two\n") == "Look here:\n\n- one\n- two\n"


def test_the_items_of_a_list_stay_together():
    text = "Look here:\n\n- one\n- two\n  goes on\n- three\n"

    assert GLUED_LIST.sub(r"\g<0>\n", text) == text
