// The interactive timeline. Python lays the picture out (`eventdemo/trace/live/picture_data.py`). This module writes it,
// shows the causes and effects of a mark, and hides strategies that the reader switches off. It has no dependencies and
// makes no requests. anywidget calls `render`; a page of `eventdemo compare --html` and `element.js` call it too, with a
// `still` model.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replace(/[&<>"']/g, (char) => escapes[char]);

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

/** Return the causes of a mark, first cause first, and its effects; `causes` maps each mark to its cause. */
export function cone(causes, chosen) {
  const back = (id) => (id === undefined || !causes.has(id) ? [] : [...back(causes.get(id)), id]);
  const led = back(chosen).slice(0, -1);
  const followed = [...causes.keys()].filter((id) => id !== chosen && back(id).includes(chosen));
  return { led, followed };
}

/** Return the widest drawing that fits when scaled to 80 %, or else the narrowest. */
export function fitting(drawings, room) {
  const byWidth = [...drawings].sort((one, other) => other.width - one.width);
  return byWidth.find((drawing) => drawing.width * 0.8 <= room) ?? byWidth.at(-1);
}

const few = (all, before = "") => (all.length > 7 ? [...all.slice(0, 6), `${before}and ${all.length - 6} more`] : all);
const listed = (before, marks) => (marks.length ? before + few(marks.map((mark) => mark.dataset.name)).join(", ") : "");

const declared = (colours) => Object.entries(colours).map(([name, colour]) => `${name}: ${colour};`).join(" ");

/** The style for light and dark, as set by the reader's system, JupyterLab or mkdocs-material. */
const style = ({ light, dark }) => `
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
.event-timeline :is(g[data-span], g[data-arrow]) { transition: opacity 0.12s; }
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
@media (prefers-reduced-motion: reduce) { .event-timeline g { transition: none !important; } }
`;

/** One picture on a page. `ask` requests the layout of another subject. */
class Timeline {
  constructor(el, ask) {
    this.ask = ask;
    this.hidden = new Set();
    this.pinned = undefined;
    el.classList.add("event-timeline");
    el.innerHTML = `<style></style><form></form><div></div><div role="status" aria-live="polite" popover="manual"></div>`;
    [this.style, this.form, this.stage, this.tooltip] = el.children;
    this.el = el;
    this.listen();
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(el);
    this.scrolled = () => this.hideTooltip();
    document.addEventListener("scroll", this.scrolled, { capture: true, passive: true });
  }

  close() {
    this.resized.disconnect();
    document.removeEventListener("scroll", this.scrolled, { capture: true });
  }

  /** Show other data, for example after a slider moved; hidden strategies stay hidden. */
  show(data) {
    this.data = data;
    this.subject = data.subject;
    this.style.textContent = style(data.colours);
    this.choices();
    this.draw();
  }

  get drawings() {
    return this.data.drawings[this.subject] ?? Object.values(this.data.drawings)[0];
  }

  fit() {
    if (this.data && this.drawing !== fitting(this.drawings, this.el.clientWidth)) this.draw();
  }

  draw() {
    this.drawing = fitting(this.drawings, this.el.clientWidth);
    this.stage.innerHTML = markup(whole(this.drawing, (label) => !this.hidden.has(label)));
    this.pinned = undefined;
    this.hideTooltip();
    this.count();
    // The tooltip contains the titles, so the browser must not show them a second time.
    this.stage.querySelector("svg > title").remove();
    this.marks().forEach((mark, index) => {
      mark.tabIndex = index ? -1 : 0;
      const [own, ...segments] = mark.querySelectorAll("title");
      mark.segments = segments.map((title) => title.textContent);
      for (const title of [own, ...segments]) title.remove();
    });
  }

  /** Count the fates in the key: hidden strategies do not count. */
  count() {
    const shown = this.drawing.panels.filter((panel) => !this.hidden.has(panel.label));
    for (const number of this.stage.querySelectorAll("[data-fates]")) {
      const fates = number.dataset.fates.split(" ");
      const sum = shown.flatMap((panel) => fates.map((fate) => panel.fates[fate] ?? 0)).reduce((a, b) => a + b, 0);
      number.textContent = sum.toLocaleString("en");
    }
  }

  marks(panel = this.stage) {
    return [...panel.querySelectorAll("g[data-span]")];
  }

  choices() {
    const { subjects } = this.data;
    const options = subjects.map((one) => {
      const here = one === this.subject ? " selected" : "";
      return `<option value="${escaped(one)}"${here}>${escaped(one || "all users")}</option>`;
    });
    const menu = subjects.length > 1 ? `<label>Follow <select>${options.join("")}</select></label>` : "";
    const labels = this.drawings[0].panels.map((panel) => panel.label);
    const boxes = labels.map((label) => {
      const on = this.hidden.has(label) ? "" : " checked";
      return `<label><input type="checkbox" value="${escaped(label)}"${on}/>${escaped(label)}</label>`;
    });
    this.form.innerHTML = menu + (labels.length > 1 ? `<fieldset>${boxes.join("")}</fieldset>` : "");
  }

  listen() {
    this.form.addEventListener("change", ({ target }) => (target.matches("select") ? this.follow(target) : this.toggle(target)));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    const at = (event) => event.target.closest?.("g[data-span]") ?? undefined;
    this.stage.addEventListener("pointerover", (event) => this.pinned || this.point(at(event)));
    this.stage.addEventListener("pointerleave", () => this.pinned || this.point());
    this.stage.addEventListener("click", (event) => this.pin(at(event)));
    this.stage.addEventListener("focusin", (event) => at(event)?.matches(":focus-visible") && this.point(at(event)));
    this.stage.addEventListener("focusout", () => this.pinned || this.point());
    this.stage.addEventListener("keydown", (event) => this.press(event, at(event)));
  }

  follow({ value }) {
    this.subject = value;
    if (value in this.data.drawings) this.draw();
    else this.ask(value);
  }

  toggle({ value, checked }) {
    if (checked) this.hidden.delete(value);
    else this.hidden.add(value);
    this.draw();
  }

  /** A click on a mark keeps its tooltip until the next click. */
  pin(mark) {
    this.pinned = mark === this.pinned ? undefined : mark;
    this.point(mark);
  }

  /** Arrow keys move from mark to mark, Enter keeps the tooltip, Escape releases it. */
  press(event, mark) {
    const marks = this.marks();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.go(marks[(marks.indexOf(mark) + step + marks.length) % marks.length]);
    else if (event.key === "Enter" || event.key === " ") this.pin(mark);
    else if (event.key === "Escape") this.pin();
    else return;
    event.preventDefault();
  }

  go(mark) {
    for (const other of this.marks()) other.tabIndex = other === mark ? 0 : -1;
    this.pinned = undefined;
    mark.focus();
    this.point(mark);
  }

  /** Fade everything that is neither a cause nor an effect of this mark, and show its tooltip. */
  point(mark) {
    for (const one of this.stage.querySelectorAll(".aside")) one.classList.remove("aside");
    this.hideTooltip();
    if (!mark) return;
    const panel = mark.closest("[data-panel]");
    const marks = new Map(this.marks(panel).map((one) => [one.dataset.span, one]));
    const causes = new Map([...marks].map(([id, one]) => [id, one.dataset.cause]));
    const { led, followed } = cone(causes, mark.dataset.span);
    const stays = new Set([...led, mark.dataset.span, ...followed]);
    for (const one of panel.querySelectorAll("[data-span], [data-arrow]"))
      one.classList.toggle("aside", !stays.has(one.dataset.span ?? one.dataset.arrow));
    this.describe(mark, led.map((id) => marks.get(id)), followed.map((id) => marks.get(id)));
  }

  describe(mark, led, followed) {
    const [, name, rest] = /^(.*?)(?:: (.*))?$/s.exec(mark.getAttribute("aria-label"));
    const line = (text) => (text ? `<div class="more">${escaped(text)}</div>` : "");
    const segment = (title) => title.replace(" · ", "\n").split("\n").map((part) => `<span>${escaped(part)}</span>`).join("");
    const segments = mark.segments.length > 1 ? `<div class="more segments">${few(mark.segments, "… · ").map(segment).join("")}</div>` : "";
    this.tooltip.innerHTML =
      `<b>${escaped(name)}</b><div>${escaped(rest ?? "")}</div>${segments}` +
      line(listed("Caused by: ", led)) + line(listed("Led to: ", followed));
    this.place(mark);
  }

  /** Place the tooltip below the mark, or above it if there is no room below. As a popover, nothing clips it. */
  place(mark) {
    this.tooltip.showPopover?.();
    const [here, box] = [mark, this.tooltip].map((one) => one.getBoundingClientRect());
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.max(4, Math.min(here.left, clientWidth - box.width - 4));
    const below = here.bottom + 8 + box.height <= clientHeight;
    const top = below ? here.bottom + 8 : Math.max(4, here.top - box.height - 8);
    Object.assign(this.tooltip.style, { left: `${left}px`, top: `${top}px` });
  }

  hideTooltip() {
    this.tooltip.textContent = "";
    if (this.tooltip.hidePopover && this.tooltip.matches(":popover-open")) this.tooltip.hidePopover();
  }
}

/** Show a picture; anywidget calls this. `model` holds the laid-out picture and receives the subject to lay out next. */
export function render({ model, el }) {
  const timeline = new Timeline(el, (subject) => {
    model.set("subject", subject);
    model.save_changes();
  });
  const show = () => timeline.show(model.get("picture"));
  model.on("change:picture", show);
  show();
  return () => {
    model.off?.("change:picture", show);
    timeline.close();
  };
}

/** A model for a page without Python behind it: its picture never changes. */
export const still = (picture) => ({ get: () => picture, set() {}, save_changes() {}, on() {} });

export default { render };
