"""The picture that a shared link shows: a page's part of the site, its title, and how its description begins.

Pillow draws it with the font that is inside of it, so it asks no other host and needs no library of the system.
"""

from functools import cache
from html import unescape
from pathlib import Path
from re import sub
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 80
SIZES = 70, 58, 48
"""Of a title, largest first."""
GROUND, BRIGHT, PALE, ACCENT = "#1d2a31", "#ffffff", "#c3d0d6", "#5cd0ea"
ENDS = ((ACCENT, 250), ("#f2d064", 150), ("#f7507d", 90))
"""The mark in the corner: one emit, and how three deliveries end. The last is lost."""
FOLDER = "assets/cards"
SHARED = {"proofs": "The test behind a claim", "reference/api": "Python API"}
"""Folders whose pages share one card: a link to one of them is shared less often."""


def add_card(page: Any, site: Path) -> None:
    """Draw the card of a page into the built site, and note its path for the template."""
    folder = next((name for name in SHARED if page.file.src_uri.startswith(f"{name}/")), None)
    name = folder or page.file.src_uri.removesuffix("/index.md").removesuffix(".md")
    page.meta["card"] = f"{FOLDER}/{name.replace('/', '-')}.png"
    path = site / page.meta["card"]
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        section = page.ancestors[-1].title if page.ancestors else "eventdemo"
        if folder:
            card("eventdemo", SHARED[folder], "").save(path)
        else:
            card(section, plain(page.title), beginning(plain(page.meta["description"]))).save(path)


def plain(html: str) -> str:
    return unescape(sub("<[^>]+>", "", html))


def beginning(description: str) -> str:
    """Return a description without the sentence in which it was cut, unless that is its first."""
    whole, stop, _ = description.rpartition(". ")
    return whole + stop.strip() if stop and description.endswith("…") else description


def card(section: str, title: str, text: str) -> Image.Image:
    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, 70), section, ACCENT, font(34))
    size = next((size for size in SIZES if len(lines(title, size)) <= 2), SIZES[-1])  # noqa: PLR2004 - more look crowded
    bottom = paragraph(draw, 130, title, BRIGHT, size=size, stroke=1)
    paragraph(draw, bottom + 30, text, PALE, size=34)
    mark(draw, HEIGHT - 120)
    draw.text((WIDTH - MARGIN, HEIGHT - 70), "eventdemo", PALE, font(34), anchor="rs")
    return image.quantize(64, Image.Quantize.FASTOCTREE)  # a file of a third of the size


def paragraph(draw: ImageDraw.ImageDraw, top: int, text: str, colour: str, *, size: int, stroke: int = 0) -> int:
    """Draw a text in lines that fit; return where it ends."""
    for line in lines(text, size):
        draw.text((MARGIN, top), line, colour, font(size), stroke_width=stroke)
        top += round(size * 1.25)
    return top


def lines(text: str, size: int) -> list[str]:
    fitting = [""]
    for word in text.split():
        longer = f"{fitting[-1]} {word}".strip()
        if font(size).getlength(longer) > WIDTH - 2 * MARGIN:
            fitting.append(word)
        else:
            fitting[-1] = longer
    return fitting


def mark(draw: ImageDraw.ImageDraw, top: int) -> None:
    draw.line((MARGIN + 3, top - 12, MARGIN + 3, top + 64), BRIGHT, 6)
    for row, (colour, length) in enumerate(ENDS):
        y, end = top + 26 * row, MARGIN + length
        draw.line((MARGIN + 14, y, end, y), colour, 12)
    draw.line((end, y - 14, end, y + 14), colour, 6)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found
