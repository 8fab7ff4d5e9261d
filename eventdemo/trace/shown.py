"""How a result shows itself: as text, as a picture in a notebook, and as a page."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventdemo.trace.excerpt import Excerpt

NOTHING = "Nothing was emitted, so there is no timeline.\n"


class Shown:
    """A result that has timelines: `print()` gives its report, and the last line of a notebook's cell its picture."""

    def report(self) -> str:
        """Return the whole result as text."""
        raise NotImplementedError

    def excerpts(self) -> "Sequence[Excerpt]":
        """Return what the timelines show."""
        raise NotImplementedError

    def page(self) -> str:
        """Return the result as one self-contained HTML page."""
        from eventdemo.trace.html import report_page  # noqa: PLC0415 - the views import the records

        return report_page(self.report(), self.excerpts())

    def timeline(self) -> str:
        """Return the timelines as text of at most 100 columns."""
        from eventdemo.trace import text  # noqa: PLC0415

        excerpts = self.excerpts()
        return text.draw(excerpts) if any(each.spans for each in excerpts) else NOTHING

    def svg(self) -> str:
        """Return the timelines as a picture."""
        from eventdemo.trace import svg  # noqa: PLC0415

        return svg.draw(self.excerpts())

    def html(self, path: str | Path) -> None:
        """Write the result as one self-contained page."""
        Path(path).write_text(self.page(), encoding="utf-8")

    def __str__(self) -> str:
        return self.report()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = {"text/plain": self.report()}
        return shown | ({"image/svg+xml": self.svg()} if any(each.spans for each in self.excerpts()) else {})
