"""Names come from users' code. Whatever they contain, every view stays well-formed."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdemo.core.fates import Fate
from eventdemo.trace import mermaid, perfetto, sentences, svg, text
from eventdemo.trace.comparison import compare
from eventdemo.trace.comparison_table import plain
from eventdemo.trace.excerpt import first
from eventdemo.trace.html import page
from tests.trace.hand_made import Story

NASTY = [
    "<script>alert(1)</script>",
    "a&b",
    '"',
    "'",
    "]]>",
    "<!--",
    "a|b",
    "a;b",
    "#35;",
    "\n",
    "\r\n",
    "\0",
    "\x1b[2J",
]
NAMES = st.one_of(
    st.sampled_from([*NASTY, "", "end", "%%{init}%%", "\u202e", "\ufffe", "</svg>"]), st.text(max_size=20)
)
TIMES = st.floats(0, 100, allow_nan=False)
STATEMENT = re.compile(r"    (participant P\d+ as [^;\n]*|P\d+(-\)|-x|->>|-->>)P\d+: [^;\n]*|Note over P\d+: [^;\n]*)")


@st.composite
def traces(draw):
    story = Story()
    for _ in range(draw(st.integers(0, 3))):
        start, length = draw(TIMES), draw(TIMES)
        unheard = draw(st.sampled_from([None, Fate.NO_LISTENER]))
        emit = story.emit(draw(NAMES), start, start + length, by=draw(NAMES), subject=draw(NAMES), fate=unheard)
        for _ in range(0 if unheard else draw(st.integers(0, 2))):
            fate = draw(st.sampled_from(list(Fate)))
            begun = draw(st.sampled_from([None, start]))
            more = {"detail": draw(NAMES), "instance": draw(NAMES), "subject": draw(NAMES)}
            delivery = story.deliver(draw(NAMES), emit, start, begun, start + length, fate, **more)
            story.call(draw(NAMES), delivery, start, start + length, draw(NAMES))
    stalls = [(0.0, draw(TIMES))] if draw(st.booleans()) else []
    return story.trace(draw(NAMES), scenario=draw(NAMES), stalls=stalls)


@given(traces(), st.sampled_from([320, 390, 1040]))
@settings(max_examples=60, deadline=None)
def test_svg_stays_well_formed(trace, width):
    assert ET.fromstring(svg.draw([trace], width=width)).tag.endswith("svg")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


@given(traces(), NAMES)
@settings(max_examples=30, deadline=None)
def test_no_name_adds_an_element_to_the_html(trace, command):
    made = page([trace, trace], command=command, title=command)
    body = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", made.partition("\n")[2], flags=re.DOTALL)
    tags = Tags()
    tags.feed(made)

    assert tags.seen.count("script") == 2
    # Without its style sheet and scripts, the page is XML: nothing is left unescaped or open.
    assert ET.fromstring(body).tag == "html"


@given(traces())
@settings(max_examples=60, deadline=None)
def test_mermaid_lines_stay_single_statements(trace):
    comment, kind, *statements = mermaid.sequence(trace).removesuffix("\n").split("\n")

    assert comment.startswith("%% ")
    assert kind == "sequenceDiagram"
    assert [line for line in statements if not STATEMENT.fullmatch(re.sub(r"#\d+;", "", line))] == []


@given(traces())
@settings(max_examples=60, deadline=None)
def test_perfetto_stays_json(trace):
    assert json.loads(perfetto.chrome_trace([trace]))["displayTimeUnit"] == "ms"


@given(traces())
@settings(max_examples=60, deadline=None)
def test_text_never_moves_the_cursor(trace):
    shown = text.draw([trace]) + plain(compare([trace])) + sentences.cost(trace)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert max(map(len, text.draw([trace]).splitlines())) <= 100


@pytest.mark.parametrize("name", NASTY)
def test_an_excerpt_keeps_every_span(name):
    story = Story()
    story.deliver(name, story.emit(name, 0, 0), 0, 0, 1)

    assert len(first(story.trace()).spans) == 2
