"""Texts of a notebook as HTML."""

import html
import re

from eventdemo.learn.prose import Reply

COLOURS = {"✓": "var(--jp-success-color1, #2e7d32)", "✗": "var(--jp-error-color1, #c62828)"}
"""The colour of a reply by its first character."""

CHOICES = "eventdemo-choices"
WRAPPED = f"""<style>
.{CHOICES}, .{CHOICES} .widget-radio-box {{ width: auto; max-width: 100%; }}
.{CHOICES} .widget-radio-box {{ margin: 0; }}
.{CHOICES} :is(label, button) {{ white-space: normal; height: auto; line-height: 1.5; text-align: left; }}
.{CHOICES} .widget-radio-box label {{ display: flex; flex-flow: row-reverse; justify-content: start; }}
.{CHOICES} .widget-radio-box label {{ margin: 0 0 4px; }}
.{CHOICES} .widget-radio-box input {{ flex: none; float: none; margin: 3px 7px 0 1px; }}
.{CHOICES} button {{ min-height: 28px; padding: 3px 10px; }}
</style>"""
"""Lets the choices of a question wrap: those of ipywidgets are cut off at the edge of a narrow window."""


def paragraph(markup: str) -> str:
    return f"<div style='line-height:1.5;max-width:60em'>{markup}</div>"


def preformatted(text: str) -> str:
    """Keep the lines of a text, such as code or a ledger."""
    return f"<pre style='white-space:pre-wrap;line-height:1.4'>{html.escape(text)}</pre>"


def with_code(text: str) -> str:
    """Escape a text; what is between backticks becomes code, and what is between asterisks is emphasised."""
    coded = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))
    return re.sub(r"(?<!\S)\*(\w[\w ]*)\*", r"<em>\1</em>", coded)


def with_lists(text: str) -> str:
    """Return paragraphs, a line for each; those that begin with a dash are the items of a list."""
    lines = (
        f"<li>{with_code(line[2:])}</li>" if line.startswith("- ") else with_code(line) for line in text.splitlines()
    )
    return re.sub("((?:<li>.*</li>\n?)+)", r"<ul style='margin:.2em 0'>\1</ul>", "\n".join(lines))


def coloured(reply: Reply) -> str:
    """Return the paragraphs of a reply beside a line in the colour of right or wrong."""
    line = f"border-left:4px solid {COLOURS.get(reply[:1], 'transparent')};padding-left:10px"
    inside = "".join(f"<p style='margin:0 0 .3em'>{with_code(part)}</p>" for part in reply.parts)
    return f"<div style='{line};line-height:1.5;max-width:60em'>{inside}</div>"
