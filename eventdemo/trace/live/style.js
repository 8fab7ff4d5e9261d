// The style of a picture. Its colours are those of the static picture, in light and dark.

import { listingStyle } from "./code.js";

const declared = (colours) => Object.entries(colours).map(([name, colour]) => `${name}: ${colour};`).join(" ");

/** Return the style of a picture for light and dark, as set by the reader's system, JupyterLab or mkdocs-material. */
export const style = ({ light, dark }) => `
.event-timeline { ${declared(light)} font: 14px/1.45 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .event-timeline { ${declared(dark)} } }
[data-jp-theme-light="true"] .event-timeline, [data-md-color-scheme="default"] .event-timeline { ${declared(light)} }
[data-jp-theme-light="false"] .event-timeline, [data-md-color-scheme="slate"] .event-timeline { ${declared(dark)} }
.event-timeline svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.event-timeline form { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; margin: 0 0 10px; }
.event-timeline fieldset { display: contents; }
.event-timeline label { display: inline-flex; gap: 6px; align-items: center; cursor: pointer; }
.event-timeline select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge);
  border-radius: 6px; padding: 3px 6px; max-width: 16em; }
.event-timeline input { accent-color: var(--ok); margin: 0; }
.event-timeline input:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.event-timeline :is(g[data-span], g[data-arrow], g[data-outline]) { transition: opacity 0.12s; }
.event-timeline g[data-span] { cursor: pointer; outline: none; }
.event-timeline g[data-span]:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.event-timeline g.aside { opacity: 0.16; }
.event-timeline [role="status"] { position: fixed; inset: auto; z-index: 9; margin: 0; padding: 8px 12px; border-radius: 8px;
  max-width: min(360px, 92vw); box-sizing: border-box; color: var(--ink); background: var(--card);
  border: 1px solid var(--edge); box-shadow: 0 4px 16px #0003; pointer-events: none; font-size: 13px;
  overflow-wrap: anywhere; }
.event-timeline [role="status"]:empty { display: none; }
.event-timeline .more { margin-top: 5px; color: var(--muted); font-size: 12px; }
.event-timeline .segments { display: grid; grid-template-columns: auto 1fr; gap: 1px 10px; }
.event-timeline .segments span:nth-child(odd) { text-align: right; white-space: nowrap; }
.event-timeline .more code { white-space: pre-wrap; font-size: 12px; color: var(--ink); }
.event-timeline { container-type: inline-size; }
.event-timeline .beside { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); align-items: start; }
.event-timeline .code:empty { display: none; }
${listingStyle}
@container (min-width: 1120px) {
  .event-timeline .beside:has(.code:not(:empty)) { grid-template-columns: minmax(720px, 3fr) minmax(0, 2fr); }
}
@container (min-width: 860px) {
  .event-timeline .beside.narrow:has(.code:not(:empty)) { grid-template-columns: minmax(480px, 580px) minmax(0, 1fr); }
  .event-timeline .narrow .code { contain: size; align-self: stretch; min-height: 20rem; overflow-y: auto; }
  .event-timeline .narrow .source pre { max-height: none; }
  .event-timeline .narrow .source span { padding: 0 8px 0 calc(3em + 6ch); text-indent: calc(-3em - 6ch); }
  .event-timeline .narrow .source i { min-width: 2.3em; margin-right: 0.7em; }
}
@media (prefers-reduced-motion: reduce) { .event-timeline g { transition: none !important; } }
`;
