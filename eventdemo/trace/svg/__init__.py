"""The picture of a timeline as static SVG: presentation attributes only, so GitHub shows it as it is.

`sheet` puts the whole together as `blocks`, which `markup` writes; `panel` draws one strategy, `heading` its first
line, `bars` its marks, `steps` the axis, `legend` the key. `theme` holds the colours, `elements` is what all draw with.
Hatching is drawn as lines, because a pattern would need `<defs>`.
"""

from eventdemo.trace.svg.blocks import Drawing
from eventdemo.trace.svg.document import WIDE, draw, drawing

__all__ = ["WIDE", "Drawing", "draw", "drawing"]
