"""The CSS of the HTML page, for light and dark, phone and desktop; it also defines the colours of the pictures."""

from pathlib import Path

from eventdemo.trace.svg.theme import DARK, LIGHT, variables

STYLE = (
    f":root {{ color-scheme: light dark; --page: #f6f8fa; {variables(LIGHT)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ --page: #010409; {variables(DARK)} }} }}\n"
    + Path(__file__).with_name("page.css").read_text("utf-8")
)
