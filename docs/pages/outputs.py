"""Outputs for a phone: there, sentences wrap, while columns and timelines keep their lines."""

import re

OUTPUT = re.compile(r'<div class="highlight">(<pre><span></span><code>([^<]*)</code></pre></div>)')
IN_COLUMNS = re.compile(r"\S {3,}\S|[━░█▒┴]")


def wrapping(page: str) -> str:
    """Return the page, in which each output that only has sentences is marked as `prose`."""
    return OUTPUT.sub(_marked, page)


def _marked(found: re.Match[str]) -> str:
    return found[0] if IN_COLUMNS.search(found[2]) else f'<div class="highlight prose">{found[1]}'
