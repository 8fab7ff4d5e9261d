"""The whole picture as data: a head with title, key and axis, a block for each panel, and a foot with notes.

Each block is drawn from its own top; `_whole` stacks them. The script does the same with the same data, and can hide
panels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap
from typing import Any

from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.layout import Layout, Panel, on_one_axis, panels_of
from eventdemo.trace.record import Trace
from eventdemo.trace.svg.axis_marks import SIZE, axis_marks, height
from eventdemo.trace.svg.elements import SANS, Element, box, element, markup, moved, words
from eventdemo.trace.svg.frame import Frame, frame_of, with_axis
from eventdemo.trace.svg.legend import legend
from eventdemo.trace.svg.panel import panel_marks
from eventdemo.trace.svg.theme import THEMES, Theme, ThemeName

WIDE = 900
"""A width that GitHub and the site show almost unscaled."""
_BETWEEN, _TITLE = 8, 17


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


def draw(sources: Sequence[Trace | Excerpt], *, theme: ThemeName = "light", width: int = WIDE, title: str = "") -> str:
    """Draw traces or excerpts below each other on one scale; below 640 pixels the labels are above the bars.

    `theme="page"` takes the colours from the CSS variables of the surrounding page.
    """
    return markup(_whole(drawing(sources, theme=theme, width=width, title=title)))


def drawing(
    sources: Sequence[Trace | Excerpt], *, theme: ThemeName = "light", width: int = WIDE, title: str = ""
) -> Drawing:
    """Lay out the same picture as data, which `draw` writes, and which a page's script assembles."""
    panels = panels_of(sources)
    frame = frame_of(panels, width, THEMES[theme])
    layout = on_one_axis(panels, frame.room)
    frame = with_axis(frame, layout)
    heading = title or _title([panel.excerpt for panel in panels])
    return Drawing(
        heading,
        width,
        frame.theme,
        _head(heading, layout, frame),
        tuple(_panel(panel, layout, frame) for panel in layout.panels),
        _foot(layout, frame),
    )


def _title(excerpts: Sequence[Excerpt]) -> str:
    """Name the scenario and the subject; each panel names its strategy."""
    scenarios = dict.fromkeys(excerpt.scenario for excerpt in excerpts)
    shown = dict.fromkeys(excerpt.shows for excerpt in excerpts)
    return " · ".join(filter(None, [", ".join(scenarios), ", ".join(shown)]))


def _head(heading: str, layout: Layout, frame: Frame) -> Block:
    drawn: list[Element] = []
    y = float(frame.pad + 16)
    for text in wrap(heading, int((frame.width - 2 * frame.pad) / (0.58 * _TITLE))) or [""]:
        drawn.append(words(frame.pad, y, text, size=_TITLE, fill=frame.theme.ink, font_weight=700))
        y += 22
    key, y = legend(layout, frame, y - 7)
    y += height(layout.axis) + 8
    if not frame.narrow:
        drawn.append(words(frame.pad, y - 9, _scale(layout).rstrip("."), size=SIZE, fill=frame.theme.muted))
    return Block(ceil(y + 14), (*drawn, *key, *axis_marks(layout, frame, y)))


def _scale(layout: Layout) -> str:
    return "Time, to scale." if layout.is_to_scale else "Steps, not to scale."


def _panel(panel: Panel, layout: Layout, frame: Frame) -> PanelBlock:
    drawn, bottom = panel_marks(panel, layout, frame)
    fates = {fate.value: number for fate, number in panel.excerpt.fates().items()}
    return PanelBlock(ceil(bottom + _BETWEEN), tuple(drawn), panel.excerpt.label, fates)


def _foot(layout: Layout, frame: Frame) -> Block:
    drawn: list[Element] = []
    y = 0.0
    for note in [*layout.notes(), *([_scale(layout)] if frame.narrow else [])]:
        for text in wrap(note, int((frame.width - 2 * frame.pad) / (0.55 * 11))):
            y += 16
            drawn.append(words(frame.pad, y, text, size=11, fill=frame.theme.muted))
    return Block(ceil(y + frame.pad - (4 if y else 12)), tuple(drawn))


def _whole(drawing: Drawing) -> Element:
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
