"""The record of a run, and pure functions that show it: tables, sentences, text, SVG, Mermaid, Perfetto, one HTML page.

Numbers: `comparison` (shown by `comparison_table`) and `sentences`. Pictures: `excerpt` selects spans, `axis` and
`layout` place them without drawing, `text` and `svg` draw, `live` makes the picture interactive. Exports:
`mermaid`, `perfetto`. `html` joins them all.
"""
