"""Where the scripts are, for whoever sets them into a page."""

from pathlib import Path

TIMELINE = Path(__file__).with_name("timeline.js")
"""The ES module that draws; `export default {render}` is what anywidget calls."""
ELEMENT = Path(__file__).with_name("element.js")
"""The custom element `<event-timeline>` around it, for a page of one's own."""
