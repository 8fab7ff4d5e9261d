"""The script writes the very picture that Python writes."""

import pytest

from eventdemo.views.live import pictures
from eventdemo.views.svg import draw
from tests.views.hand_made import all_five, chained, every_fate
from tests.views.live.node import needs_node, under_node

TOLD = {"five strategies": all_five(), "a chain": [chained()], "every fate": [every_fate()], "nothing": []}


@needs_node
@pytest.mark.parametrize("name", TOLD)
def test_python_and_the_script_write_the_same_picture(name):
    [scenes] = pictures(TOLD[name], subject="")["scenes"].values()

    written = under_node("written.mjs", scenes)

    assert written == [draw(TOLD[name], theme="page", width=scene["width"]) for scene in scenes]
