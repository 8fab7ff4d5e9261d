"""Pure functions from traces to what people look at: rows, sentences, text, SVG, Mermaid, Perfetto, one HTML page.

Numbers: `comparison` (shown by `table`) and `sentences`. Pictures: `excerpt` chooses what is shown, `axis` and
`timeline` lay it out without drawing, `text` and `svg` draw; `live` adds a pointer. Exports: `mermaid`, `perfetto`.
`html` joins them all.
"""
