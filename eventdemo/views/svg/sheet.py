"""The whole picture: title, key, axis, one panel below the other, and what is left out."""

from collections.abc import Sequence
from textwrap import wrap

from eventdemo.trace import Trace
from eventdemo.views.excerpt import Excerpt, as_excerpt
from eventdemo.views.svg.elements import box, element, escaped, words
from eventdemo.views.svg.frame import Frame
from eventdemo.views.svg.legend import legend
from eventdemo.views.svg.panel import panel_marks
from eventdemo.views.svg.steps import axis_marks, height
from eventdemo.views.svg.theme import THEMES, ThemeName
from eventdemo.views.timeline import Timeline, lay_out


def draw(sources: Sequence[Trace | Excerpt], *, theme: ThemeName = "light", width: int = 1040, title: str = "") -> str:
    """Draw traces or excerpts under each other on one scale; below 640 pixels the labels stand above the bars.

    `theme="page"` leaves the colours to the CSS variables of the page that the picture is set into.
    """
    frame = Frame(width, THEMES[theme])
    timeline = lay_out(sources, frame.room)
    heading = title or _title([as_excerpt(source) for source in sources])
    drawn, y = _head(heading, timeline, frame)
    for panel in timeline.panels:
        marks, y = panel_marks(panel, timeline.axis, frame, y)
        drawn += marks
        y += 10
    foot, y = _foot(timeline, frame, y)
    card = box(0.5, 0.5, width - 1, y - 1, rx=10, fill=frame.theme.card, stroke=frame.theme.edge)
    return _svg(heading, card + drawn + foot, width, y)


def _title(excerpts: Sequence[Excerpt]) -> str:
    scenarios = dict.fromkeys(excerpt.scenario for excerpt in excerpts)
    shown = dict.fromkeys(excerpt.shows for excerpt in excerpts)
    strategies = f"{len(excerpts)} strategies" if len(excerpts) > 1 else ", ".join(e.label for e in excerpts)
    return " · ".join(filter(None, [", ".join(scenarios), ", ".join(shown), strategies]))


def _head(heading: str, timeline: Timeline, frame: Frame) -> tuple[str, float]:
    drawn, y = "", float(frame.pad + 14)
    for text in wrap(heading, frame.width // 10) or [""]:
        drawn += words(frame.pad, y, text, size=17, fill=frame.theme.ink, font_weight=700)
        y += 22
    key, y = legend(timeline, frame, y - 6)
    said = "Steps, not to scale." if frame.narrow else "Each step is an instant; not to scale."
    y += height(timeline.axis) + 6
    if not frame.narrow:
        drawn += words(frame.pad, y - 8, said, size=10.5, fill=frame.theme.muted)
    return drawn + key + axis_marks(timeline.axis, frame, y), y + 14


def _foot(timeline: Timeline, frame: Frame, y: float) -> tuple[str, float]:
    drawn = ""
    for note in timeline.notes():
        for text in wrap(note, (frame.width - 2 * frame.pad) // 6):
            y += 16
            drawn += words(frame.pad, y, text, size=11, fill=frame.theme.muted)
    return drawn, y + frame.pad


def _svg(title: str, inside: str, width: float, height: float) -> str:
    box_of_all = f"0 0 {width:.0f} {height:.0f}"
    return element(
        "svg",
        element("title", escaped(title)),
        inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=box_of_all,
        width=width,
        height=f"{height:.0f}",
        role="group",
        aria_label=title,
    )
