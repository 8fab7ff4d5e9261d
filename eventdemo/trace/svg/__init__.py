"""The picture of a timeline as static SVG, with presentation attributes only, so that GitHub shows it unchanged.

`document` assembles the picture, and `elements` writes it. `panel` draws one strategy, `bars` its marks, `background`
what is behind them, `axis_marks` the axis, `legend` the key; `frame` holds the positions, `theme` the colours.
Hatching is drawn as lines, because a pattern would need `<defs>`.
"""

from eventdemo.trace.svg.document import WIDE, Drawing, draw, drawing

__all__ = ["WIDE", "Drawing", "draw", "drawing"]
