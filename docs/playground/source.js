// The source of a program, with lines lit. A line has a file and a number.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Return a text as HTML. */
export const escaped = (text) => text.replace(/[&<>]/g, (char) => escapes[char]);

/** Return the files of these lines as HTML; `named` may have a remark for each line, which stands beside it. */
export function lit(lines, sources, named = []) {
  const files = [...new Set(lines.filter(Boolean).map((at) => at.file))];
  return files.map((file) => {
    const remarks = new Map();
    lines.forEach((at, index) => {
      if (at?.file === file) remarks.set(at.line, [...(remarks.get(at.line) ?? []), named[index]].filter(Boolean));
    });
    const rows = sources[file].trimEnd().split("\n").map((row, index) => numbered(row, index + 1, remarks.get(index + 1)));
    return `<figure class="source"><figcaption>${escaped(file)}</figcaption><pre tabindex="0"><code>${rows.join("")}</code></pre></figure>`;
  }).join("");
}

function numbered(row, number, remarks) {
  const beside = remarks?.length ? ` <b>← ${escaped(remarks.join(", "))}</b>` : "";
  return `<span${remarks ? ' class="lit"' : ""}><i>${number}</i>${escaped(row)}${beside}\n</span>`;
}

/** Scroll each file to its first lit line, without moving the page. */
export function reveal(place) {
  for (const pre of place.querySelectorAll(".source pre")) {
    const line = pre.querySelector(".lit");
    if (line) pre.scrollTop = line.offsetTop - pre.clientHeight / 3; // the line is placed relative to `pre`
  }
}
