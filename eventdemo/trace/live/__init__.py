"""The picture with a pointer: `timeline.js` draws it from what `pictures` lays out, and shows what led where.

The script is one ES module without dependencies. anywidget calls it in a notebook, `embedded` sets it into a page that
stands alone, and `element.js` makes it an element of a site.
"""

from eventdemo.trace.live.picture_data import picture_data
from eventdemo.trace.live.script import SCRIPTS, embedded, module, source

__all__ = ["SCRIPTS", "embedded", "module", "picture_data", "source"]
