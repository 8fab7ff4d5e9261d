"""The cells of the tables of claims, so that a test can compare them with what it observed."""

import re

from tests.house.repo import text


def table_of(page):
    """Return the lines of a guide's table of claims: the one whose last column has tests."""
    return next(block for block in text(f"docs/how-to/{page}.md").split("\n\n") if re.search(r"\| tests? \|\n", block))


def columns_of(page):
    """Return the cells of that table: for each column, the cell of each row."""
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table_of(page).splitlines()]
    return {name: {row[0]: row[number] for row in rows} for number, name in enumerate(head)}
