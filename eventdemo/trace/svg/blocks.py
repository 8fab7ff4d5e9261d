"""A laid-out picture as data: a head, one block for each panel and a foot, each drawn from its own top.

`whole` stacks them. The script does the same with the same data, and can hide panels.
"""

from dataclasses import dataclass
from typing import Any

from eventdemo.trace.svg.elements import SANS, Element, box, element, moved
from eventdemo.trace.svg.theme import Theme


@dataclass(frozen=True)
class Block:
    """A part of the picture and its height."""

    height: float
    drawn: tuple[Element, ...]

    def data(self) -> dict[str, Any]:
        return {"height": self.height, "drawn": [one.data() for one in self.drawn]}


@dataclass(frozen=True)
class PanelBlock(Block):
    """The part of one strategy, with its name and the number of deliveries by fate."""

    label: str
    fates: dict[str, int]

    def data(self) -> dict[str, Any]:
        return {**super().data(), "label": self.label, "fates": self.fates}


@dataclass(frozen=True)
class Drawing:
    """A laid-out picture, before its blocks are stacked."""

    title: str
    width: int
    theme: Theme
    head: Block
    panels: tuple[PanelBlock, ...]
    foot: Block

    def data(self) -> dict[str, Any]:
        blocks = {"head": self.head.data(), "panels": [one.data() for one in self.panels], "foot": self.foot.data()}
        return {"title": self.title, "width": self.width, "font": SANS, **blocks}


def whole(drawing: Drawing) -> Element:
    """Assemble a drawing: a card with the blocks below each other."""
    y, drawn = drawing.head.height, [element("g", *drawing.head.drawn)]
    for panel in drawing.panels:
        drawn.append(moved(y, *panel.drawn, data_panel=panel.label))
        y += panel.height
    drawn.append(moved(y, *drawing.foot.drawn))
    y += drawing.foot.height
    label = ": ".join(filter(None, [drawing.title, ", ".join(panel.label for panel in drawing.panels)]))
    card = box(0.5, 0.5, drawing.width - 1, y - 1, rx=10, fill=drawing.theme.card, stroke=drawing.theme.edge)
    return element(
        "svg",
        element("title", label),
        card,
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing.width} {y}",
        width=drawing.width,
        height=y,
        font_family=SANS,
        role="group",
        aria_label=label,
    )
