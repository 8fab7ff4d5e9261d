"""The script and Python write the same picture, byte for byte."""

import pytest

from eventdemo.trace.live import picture_data
from eventdemo.trace.svg import draw
from tests.trace.hand_made import Story, all_five, chained, died_for_good, every_fate, instances
from tests.trace.live.node import needs_node, under_node

NASTY = ["<script>alert(1)</script>", "a&b", '"', "'", "]]>", "<!--", "</svg>", "\u2028", "a\0b", "${1}", "`"]


def called(name):
    """Return a trace in which everything has this name."""
    story = Story()
    emit = story.emit(name, 0.0, 0.5, by=name, subject=name)
    story.call(name, story.deliver(name, emit, 0.0, 0.0, 1.0, detail=name, instance=name, subject=name), 0, 1.0, name)
    return story.trace(name, scenario=name, variant=name)


SHOWN = {
    "five strategies": all_five(),
    "a chain": [chained()],
    "every fate": [every_fate()],
    "instances": [instances(), died_for_good()],
    "names that are markup": [called(name) for name in NASTY],
    "nothing": [],
}


@needs_node
@pytest.mark.parametrize("name", SHOWN)
def test_python_and_the_script_write_the_same_picture(name):
    [drawings] = picture_data(SHOWN[name], subject="")["drawings"].values()

    written = under_node("written.mjs", drawings)

    assert written == [draw(SHOWN[name], theme="page", width=drawing["width"]) for drawing in drawings]
