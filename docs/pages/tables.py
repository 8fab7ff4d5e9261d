"""Tables for a phone: there, each row of a wide table is a block, whose cells repeat the names of their columns.

Each cell gets the name of its column as `data-label`; the rest is in `docs/stylesheets/site.css`.
"""

import re
from html import escape, unescape
from itertools import cycle

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
FIT_A_PHONE = 3
"""Tables of this many columns stay tables."""


def labelled(page: str) -> str:
    """Return the page with the name of its column on each cell of a wide table."""
    return TABLE.sub(lambda found: _labelled(found[0]), page)


def _labelled(table: str) -> str:
    names = [escape(unescape(re.sub(r"<[^>]*>", "", name))) for name in HEAD.findall(table)]
    if len(names) <= FIT_A_PHONE:
        return table
    next_name = cycle(names)
    return re.sub(r"<td\b", lambda _: f'<td data-label="{next(next_name)}"', table)
