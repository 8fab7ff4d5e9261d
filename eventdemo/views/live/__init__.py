"""The picture with a pointer: `timeline.js` draws it from what `pictures` lays out, and shows what led where.

The script is one ES module without dependencies, as anywidget wants it; `element.js` makes it a custom element.
"""

from eventdemo.views.live.pictures import pictures
from eventdemo.views.live.script import ELEMENT, TIMELINE

__all__ = ["ELEMENT", "TIMELINE", "pictures"]
