"""The same trace gives the same bytes, whatever the hash seed: pictures are committed and compared."""

import os
import subprocess
import sys

from tests.house.repo import ROOT

DRAW = """
import sys
from tests.trace.hand_made import all_five, every_fate
from eventdemo.trace import html, mermaid, perfetto, sentences, svg, text
from eventdemo.trace.comparison import compare
from eventdemo.trace.comparison_table import plain

traces = [*all_five(), every_fate()]
shown = [svg.draw(traces), svg.draw(traces, theme="dark", width=390), text.draw(traces), html.page(traces, command="x")]
shown += [perfetto.chrome_trace(traces), plain(compare(traces))]
shown += [*map(sentences.cost, traces), *map(mermaid.sequence, traces)]
sys.stdout.buffer.write("".join(shown).encode())
"""


def drawn(hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    return subprocess.run(
        [sys.executable, "-c", DRAW], cwd=ROOT, env=environment, capture_output=True, check=True
    ).stdout


def test_no_view_depends_on_the_hash_seed():
    assert drawn(0) == drawn(1) == drawn(2)
