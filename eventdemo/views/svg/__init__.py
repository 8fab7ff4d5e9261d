"""The picture of a timeline as static SVG: presentation attributes only, so GitHub shows it as it is.

`sheet` puts the whole together; `panel` draws one strategy, `bars` its marks, `steps` the axis, `legend` the key.
`theme` holds the colours, `elements` writes XML. Hatching is drawn as lines, because a pattern would need `<defs>`.
"""

from eventdemo.views.svg.sheet import draw

__all__ = ["draw"]
