// Writes the picture that Python laid out, as the same markup that Python would write.

import { escaped } from "./code.js";

/** Return the markup of an element, `[tag, attributes, ...inside]`, or of a text. All data is escaped here. */
export function markup(node) {
  if (typeof node === "string") return escaped(node);
  const [tag, attributes, ...children] = node;
  const named = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const inside = children.map(markup).join("");
  return inside ? `<${tag}${named}>${inside}</${tag}>` : `<${tag}${named}/>`;
}

const moved = (y, drawn, more = {}) => ["g", { transform: `translate(0 ${y})`, ...more }, ...drawn];

/** Assemble a drawing: a card with head, panels and foot below each other. `shows` selects the panels. */
export function whole(drawing, shows = () => true) {
  let y = drawing.head.height;
  const drawn = [["g", {}, ...drawing.head.drawn]];
  const panels = drawing.panels.filter((panel) => shows(panel.label));
  for (const panel of panels) {
    drawn.push(moved(y, panel.drawn, { "data-panel": panel.label }));
    y += panel.height;
  }
  drawn.push(moved(y, drawing.foot.drawn));
  y += drawing.foot.height;
  const size = { width: drawing.width - 1, height: y - 1 };
  const card = ["rect", { x: 0.5, y: 0.5, ...size, rx: 10, fill: "var(--card)", stroke: "var(--edge)" }];
  const label = [drawing.title, panels.map((panel) => panel.label).join(", ")].filter(Boolean).join(": ");
  const named = { "font-family": drawing.font, role: "group", "aria-label": label };
  const box = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${drawing.width} ${y}`, width: drawing.width, height: y };
  return ["svg", { ...box, ...named }, ["title", {}, label], card, ...drawn];
}

/** Return the widest drawing that fits when scaled to 80 %, or else the narrowest. */
export function fitting(drawings, room) {
  const byWidth = [...drawings].sort((one, other) => other.width - one.width);
  return byWidth.find((drawing) => drawing.width * 0.8 <= room) ?? byWidth.at(-1);
}
