"""Parses a picture: its elements with their absolute positions, and its texts."""

import re
from xml.etree import ElementTree as ET

from eventdemo.trace import svg

SVG = "{http://www.w3.org/2000/svg}"
ACROSS, DOWN = ("x", "x1", "x2", "cx"), ("y", "y1", "y2", "cy")


def tree(*args, **kwargs):
    return ET.fromstring(svg.draw(*args, **kwargs))


def texts(root):
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def marks(root):
    return [g for g in root.iter(f"{SVG}g") if g.get("data-span")]


def placed(root, down=0.0):
    """Yield each element with the vertical offset of its group."""
    moved = re.fullmatch(r"translate\(0 ([\d.]+)\)", root.get("transform", ""))
    down += float(moved[1]) if moved else 0.0
    yield root, down
    for child in root:
        yield from placed(child, down)


def extents(root):
    """Yield the baseline, the left and right end in common fonts, and the content of each text."""
    for element, down in placed(root):
        if element.tag == f"{SVG}text":
            x, size, text = float(element.get("x")), float(element.get("font-size")), "".join(element.itertext())
            wide = len(text) * size * (0.6 if "monospace" in element.get("font-family", "") else 0.48)
            left = x - {"middle": wide / 2, "end": wide}.get(element.get("text-anchor"), 0)
            yield float(element.get("y")) + down, left, left + wide, text
