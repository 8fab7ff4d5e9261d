"""Tables for a phone: there, each row of a wide table is a block, whose cells repeat the names of their columns.

Each cell gets the name of its column as `data-label`; the rest is in `docs/stylesheets/site.css`.
"""

import re
from html import escape, unescape
from itertools import cycle

TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
CELL = re.compile(r"<td\b(.*?)>(.*?)</td>", re.DOTALL)
NAME = re.compile(r"<td>(?=<code>[^<]{1,16}</code></td>)")
"""A cell that is a short name, which a phone should not break."""
PROOFS, MANY = "tests", 2
"""The name of a column of links to tests, and the number of them that is folded."""
MAX_COLUMNS, MAX_LETTERS = 3, 120
"""A table of so many columns fits a phone if no row has more letters. With fewer columns, it always does."""


def labelled(page: str) -> str:
    """Return the page with the name of its column on each cell of a wide table."""
    return TABLE.sub(lambda found: _labelled(found[0]), page)


def _labelled(table: str) -> str:
    names = [escape(unescape(_text(name))) for name in HEAD.findall(table)]
    longest = max((len(_text(row)) for row in ROW.findall(table)), default=0)
    if len(names) < MAX_COLUMNS or (len(names) == MAX_COLUMNS and longest <= MAX_LETTERS):
        return NAME.sub('<td class="name">', table)
    next_name = cycle(names)

    def named(cell: re.Match[str]) -> str:
        name = next(next_name)
        return f'<td data-label="{name}"{cell[1]}>{folded(cell[2]) if name == PROOFS else cell[2]}</td>'

    return CELL.sub(named, table)


def folded(links: str) -> str:
    """Return the links of a cell behind their number, if they would make its row several times as high."""
    count = links.count("<a ")
    return f"<details><summary>{count} tests</summary>{links}</details>" if count >= MANY else links


def _text(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)
