"""What a built page loads and links to, and the anchors that it has."""

from html.parser import HTMLParser

LOADS = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("object", "data")}
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "manifest", "modulepreload"}


class Html(HTMLParser):
    """The resources, links and anchors of a built page."""

    def __init__(self, page):
        super().__init__()
        self.loads, self.links, self.anchors = [], [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.anchors |= {values[key] for key in ("id", "name") if values.get(key)}
        if tag == "link" and set((values.get("rel") or "").split()) & LOADING_LINKS:
            self.loads.append(values["href"])
        self.loads += [values[key] for name, key in LOADS if name == tag and values.get(key)]
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
