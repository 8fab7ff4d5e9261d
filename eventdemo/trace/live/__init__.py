"""The interactive picture: `timeline.js` draws what `picture_data` lays out, and shows causes and effects.

The script has no dependencies. anywidget calls it in a notebook, `embedded` puts it into a self-contained page, and
`element.js` defines a custom element for a site.
"""

from eventdemo.trace.live.listing import Listing
from eventdemo.trace.live.picture import BESIDE_CODE, SCRIPTS, embedded, module, picture_data, source

__all__ = ["BESIDE_CODE", "SCRIPTS", "Listing", "embedded", "module", "picture_data", "source"]
