"""The CSS of the HTML page, for light and dark, phone and desktop; it also defines the colours of the pictures."""

from eventdemo.trace.svg.theme import DARK, LIGHT, variables

_LAYOUT = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 1104px; margin: 0 auto; padding: 40px 32px 72px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 20px; margin: 48px 0 12px; }
p { margin: 8px 0; max-width: 72ch; }
.muted { color: var(--muted); }
code, pre { font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
pre { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 12px 16px; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; }
ul { padding: 0; margin: 0; list-style: none; }
li { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 12px 16px; margin: 8px 0;
  overflow-wrap: anywhere; }
li p { max-width: none; margin: 0; }
li p + p { margin-top: 2px; font-size: 14px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 15px; }
th, td { padding: 7px 14px; text-align: right; white-space: nowrap; border-top: 1px solid var(--grid); }
thead th, thead td { border-top: 0; border-bottom: 1px solid var(--edge); }
tbody th { text-align: left; font-weight: 400; color: var(--muted); background: var(--card);
  position: sticky; left: 0; }
tbody th small { display: block; max-width: 38ch; white-space: normal; }
tbody th b { color: var(--ink); }
td.best { color: var(--ok); font-weight: 600; }
td.worst { color: var(--lost); font-weight: 600; }
td.best::before { content: '\\25BC\\00A0'; font-size: 9px; vertical-align: 1px; }
td.worst::before { content: '\\25B2\\00A0'; font-size: 9px; vertical-align: 1px; }
svg { display: block; max-width: 100%; height: auto; }
svg.narrow { display: none; margin: 0 auto; }
@media (max-width: 760px) {
  main { padding: 24px 12px 48px; }
  h1 { font-size: 24px; }
  th, td { padding: 6px 7px; font-size: 13px; }
  tbody th { white-space: normal; min-width: 104px; }
  tbody th small { max-width: 18ch; }
  svg.wide { display: none; }
  svg.narrow { display: block; }
}
@media print { .scroll { overflow: visible; } }
"""

STYLE = (
    f":root {{ color-scheme: light dark; --page: #f6f8fa; {variables(LIGHT)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ --page: #010409; {variables(DARK)} }} }}" + _LAYOUT
)
