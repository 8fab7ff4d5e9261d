"""The page `docs/reference/nest-async-flag.md`, made from `options.json`."""

from pathlib import Path

DATA = Path(__file__).with_name("options.json")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "nest-async-flag.md"


def page(data):
    return "x"
