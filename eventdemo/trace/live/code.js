// The code beside a picture, in rows that can be lit. A row has a key: the index of its function and its number.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Return a text as HTML. */
export const escaped = (text) => String(text).replace(/[&<>"']/g, (char) => escapes[char]);

/** Return functions as HTML, those of a file together. The `linked` rows are those that the keyboard reaches. */
export function listing(functions, linked = new Set()) {
  const files = [...new Set(functions.map(({ file }) => file))];
  return files.map((file) => {
    const parts = functions.map((one, index) => (one.file === file ? rowsOf(one, index, linked) : "")).filter(Boolean);
    return `<figure class="source"><figcaption>${escaped(file)}</figcaption><pre tabindex="0">${parts.join("")}</pre></figure>`;
  }).join("");
}

function rowsOf({ rows }, index, linked) {
  const written = rows.map(([number, text]) => {
    const key = `${index}:${number}`;
    const link = linked.has(key) ? ' role="button" tabindex="-1"' : "";
    return `<span data-row="${key}"${link}><i aria-hidden="true">${number}</i>${breakable(text)}\n</span>`;
  });
  return `<code>${written.join("")}</code>`;
}

/** Return a line of code as HTML that breaks before a name rather than inside it, if it has to break. */
const breakable = (text) => escaped(text).replace(/[.([=](?=[\w"'*&])/g, "$&<wbr>").replace("-&gt;", "<bdi>$&</bdi>");

/** Light rows, and mark those `now` in use. `remarks` may have a text for a row, which stands beside it. */
export function light(place, rows, { now = [], remarks = new Map() } = {}) {
  for (const row of place.querySelectorAll("[data-row]")) {
    const key = row.dataset.row;
    row.classList.toggle("lit", rows.includes(key));
    row.classList.toggle("now", now.includes(key));
    row.querySelector("b")?.remove();
    if (remarks.has(key)) row.insertAdjacentHTML("beforeend", `<b>← ${escaped(remarks.get(key))}</b>`);
  }
}

/** Scroll each file, or all of them if they scroll together, to the first lit row, without moving the page. */
export function reveal(place) {
  for (const box of [place, ...place.querySelectorAll(".source pre")]) {
    const lit = box.querySelector(".now") ?? box.querySelector(".lit");
    if (!lit || box.scrollHeight <= box.clientHeight) continue;
    const [row, whole] = [lit, box].map((one) => one.getBoundingClientRect());
    if (row.top < whole.top || row.bottom > whole.bottom) box.scrollTop += row.top - whole.top - whole.height / 3;
  }
}

/** Return the text of a row, with its file: `auth.py:41  await push(...)`. */
export function quoted(functions, key) {
  const [index, number] = key.split(":").map(Number);
  const { file, rows } = functions[index];
  const [, text] = rows.find(([found]) => found === number) ?? [number, ""];
  return `${file.split("/").at(-1)}:${number}  ${text.trim()}`;
}

export const listingStyle = `
.event-timeline .code { display: grid; gap: 8px; }
.event-timeline .source { margin: 0; min-width: 0; max-width: none; width: auto; text-align: left; }
.event-timeline .source figcaption { margin: 0 0 3px; max-width: none; font-size: 12px; font-style: normal; color: var(--muted);
  overflow-wrap: anywhere; text-align: left; }
.event-timeline .source pre { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 10px 0;
  align-items: start; margin: 0; padding: 8px 0; max-height: 26rem; overflow: hidden auto; color: var(--ink); background: var(--card);
  border: 1px solid var(--edge); border-radius: 8px; }
.event-timeline .source code { display: block; padding: 0; background: none; color: inherit; white-space: pre-wrap;
  overflow-wrap: anywhere; word-break: normal;
  font: 12px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.event-timeline .source span { display: block; padding: 0 12px 0 calc(3.6em + 4ch); text-indent: calc(-3.6em - 4ch);
  border-left: 3px solid transparent; }
.event-timeline .source i { display: inline-block; min-width: 2.6em; margin-right: 1em; text-align: right; text-indent: 0;
  font-style: normal; color: var(--muted); user-select: none; }
@container (max-width: 480px) {
  .event-timeline .source pre { overflow: auto; }
  .event-timeline .source code { white-space: pre; width: max-content; min-width: 100%; }
}
.event-timeline .source bdi { white-space: nowrap; }
.event-timeline .source b { margin-left: 1em; color: var(--ok); }
.event-timeline .source [role="button"] { cursor: pointer; }
.event-timeline .source [role="button"] i { text-decoration: underline dotted; text-underline-offset: 3px; }
.event-timeline .source [role="button"]:focus-visible { outline: 2px solid var(--ink); outline-offset: -2px; }
.event-timeline .source .lit { border-left-color: var(--ok); background: color-mix(in srgb, var(--ok) 12%, transparent); }
.event-timeline .source .now { background: color-mix(in srgb, var(--ok) 26%, transparent); font-weight: 700; }
`;
