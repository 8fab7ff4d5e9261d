"""The whole picture as data: a head with title, key and axis, a block for each panel, and a foot with notes.

Each block is drawn from its own top; `_whole` stacks them. The script does the same with the same data, and can hide
panels.
"""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap
from typing import TypedDict

from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.layout import Panel, panels_of
from eventdemo.trace.record import Trace
from eventdemo.trace.svg.axis_marks import SIZE, axis_marks, height
from eventdemo.trace.svg.elements import SANS, Element, box, element, markup, words
from eventdemo.trace.svg.frame import Frame
from eventdemo.trace.svg.legend import legend
from eventdemo.trace.svg.panel import panel_marks
from eventdemo.trace.svg.theme import THEMES, Theme, ThemeName

WIDE = 900
"""A width that GitHub and the site show almost unscaled."""
_BETWEEN, _TITLE = 8, 17


class Block(TypedDict):
    """A part of the picture and its height."""

    height: int
    drawn: list[Element]


class PanelBlock(Block):
    """The part of one strategy, with its name and the number of deliveries by fate."""

    label: str
    fates: dict[str, int]


class Drawing(TypedDict):
    """A laid-out picture, before its blocks are stacked."""

    title: str
    width: int
    font: str
    head: Block
    panels: list[PanelBlock]
    foot: Block


def draw(sources: Sequence[Trace | Excerpt], *, theme: ThemeName = "light", width: int = WIDE, title: str = "") -> str:
    """Draw traces or excerpts below each other on one scale; below 640 pixels the labels are above the bars.

    `theme="page"` takes the colours from the CSS variables of the surrounding page.
    """
    return markup(_whole(drawing(sources, theme=theme, width=width, title=title), THEMES[theme]))


def drawing(
    sources: Sequence[Trace | Excerpt], *, theme: ThemeName = "light", width: int = WIDE, title: str = ""
) -> Drawing:
    """Lay out the same picture as data, which `draw` writes, and which a page's script assembles."""
    frame = Frame(panels_of(sources), width, THEMES[theme])
    heading = title or _title([panel.excerpt for panel in frame.panels])
    return {
        "title": heading,
        "width": width,
        "font": SANS,
        "head": _head(heading, frame),
        "panels": [_panel(panel, frame) for panel in frame.panels],
        "foot": _foot(frame),
    }


def _title(excerpts: Sequence[Excerpt]) -> str:
    """Name the scenario and the subject; each panel names its strategy."""
    scenarios = dict.fromkeys(excerpt.scenario for excerpt in excerpts)
    shown = dict.fromkeys(excerpt.shows for excerpt in excerpts)
    return " · ".join(filter(None, [", ".join(scenarios), ", ".join(shown)]))


def _head(heading: str, frame: Frame) -> Block:
    drawn: list[Element] = []
    y = float(frame.pad + 16)
    for text in wrap(heading, int((frame.width - 2 * frame.pad) / (0.58 * _TITLE))) or [""]:
        drawn.append(words(frame.pad, y, text, size=_TITLE, fill=frame.theme.ink, font_weight=700))
        y += 22
    key, y = legend(frame, y - 7)
    y += height(frame.axis) + 8
    if not frame.narrow:
        drawn.append(words(frame.pad, y - 9, _scale(frame).rstrip("."), size=SIZE, fill=frame.theme.muted))
    return {"height": ceil(y + 14), "drawn": [*drawn, *key, *axis_marks(frame, y)]}


def _scale(frame: Frame) -> str:
    return "Time, to scale." if frame.layout.is_to_scale else "Steps, not to scale."


def _panel(panel: Panel, frame: Frame) -> PanelBlock:
    drawn, bottom = panel_marks(panel, frame)
    fates = {fate.value: number for fate, number in panel.excerpt.fates().items()}
    return {"height": ceil(bottom + _BETWEEN), "drawn": drawn, "label": panel.excerpt.label, "fates": fates}


def _foot(frame: Frame) -> Block:
    notes = [*frame.layout.notes(), *([_scale(frame)] if frame.narrow else [])]
    room = int((frame.width - 2 * frame.pad) / (0.55 * 11))
    lines = [line for note in notes for line in wrap(note, room)]
    drawn = [words(frame.pad, 16 * n, line, size=11, fill=frame.theme.muted) for n, line in enumerate(lines, 1)]
    return {"height": ceil(16 * len(lines) + frame.pad - (4 if lines else 12)), "drawn": drawn}


def _whole(drawing: Drawing, theme: Theme) -> Element:
    """Assemble a drawing: a card with the blocks below each other."""
    head, foot = drawing["head"], drawing["foot"]
    y, drawn = head["height"], [element("g", *head["drawn"])]
    for panel in drawing["panels"]:
        drawn.append(element("g", *panel["drawn"], transform=f"translate(0 {y})", data_panel=panel["label"]))
        y += panel["height"]
    drawn.append(element("g", *foot["drawn"], transform=f"translate(0 {y})"))
    y += foot["height"]
    labels = ", ".join(panel["label"] for panel in drawing["panels"])
    label = ": ".join(filter(None, [drawing["title"], labels]))
    card = box(0.5, 0.5, drawing["width"] - 1, y - 1, rx=10, fill=theme.card, stroke=theme.edge)
    return element(
        "svg",
        element("title", label),
        card,
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing['width']} {y}",
        width=drawing["width"],
        height=y,
        font_family=SANS,
        role="group",
        aria_label=label,
    )
