"""What notebooks show: the timeline as a widget, which a saved notebook holds as a static picture too.

Needs the extra `notebooks`; nothing else in the package does.
"""

from eventdemo.notebook.timeline import Timeline

__all__ = ["Timeline"]
