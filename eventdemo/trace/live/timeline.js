// The interactive timeline. Python lays the picture out (`eventdemo/trace/live/picture.py`). This module writes it, shows
// the causes and effects of a mark and the lines of code where it stands, and hides strategies that the reader switches
// off. It makes no requests. anywidget calls `render`; a page of `eventdemo compare --html` and `element.js` call it too, with a
// `still` model.

import { escaped, light, listing, quoted, reveal } from "./code.js";
import { fitting, markup, whole } from "./drawing.js";
import { style } from "./style.js";

/** Return the causes of a mark, first cause first, and its effects; `causes` maps each mark to its cause. */
export function cone(causes, chosen) {
  const back = (id) => (id === undefined || !causes.has(id) ? [] : [...back(causes.get(id)), id]);
  const led = back(chosen).slice(0, -1);
  const followed = [...causes.keys()].filter((id) => id !== chosen && back(id).includes(chosen));
  return { led, followed };
}

const few = (all, before = "") => (all.length > 7 ? [...all.slice(0, 6), `${before}and ${all.length - 6} more`] : all);
const listed = (before, marks) => (marks.length ? before + few(marks.map((mark) => mark.dataset.name)).join(", ") : "");

/** Fade the marks of a panel, and the arrows to them, except those that stay. Outlines of another run never stay. */
function fade(panel, stays) {
  for (const one of panel.querySelectorAll("[data-span], [data-arrow], [data-outline]"))
    one.classList.toggle("aside", !stays.has(one.dataset.span ?? one.dataset.arrow));
}

/** One picture on a page. `ask` requests the layout of another subject. */
class Timeline {
  constructor(el, ask) {
    this.ask = ask;
    this.hidden = new Set();
    this.pinned = undefined;
    el.classList.add("event-timeline");
    el.innerHTML = `<style></style><form></form><div class="beside"><div></div><div class="code"></div></div>
      <div role="status" aria-live="polite" popover="manual"></div>`;
    [this.style, this.form, this.beside, this.tooltip] = el.children;
    [this.stage, this.code] = this.beside.children;
    this.el = el;
    this.listen();
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(el);
    this.scrolled = ({ target }) => this.code.contains(target) || this.hideTooltip(); // the code scrolls to lit rows
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

  /** Return whether the widest drawing leaves room for the code at the side of it in a notebook. */
  get isNarrow() {
    return Math.max(...this.drawings.map(({ width }) => width)) < 700;
  }

  fit() {
    if (this.data && this.drawing !== fitting(this.drawings, this.stage.clientWidth)) this.draw();
  }

  draw() {
    this.list();
    this.drawing = fitting(this.drawings, this.stage.clientWidth);
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
      segments.forEach((title, number) => (title.parentNode.dataset.segment = number));
      for (const title of [own, ...segments]) title.remove();
    });
  }

  /** List the code of the marks that are shown, and link each mark with its rows. */
  list() {
    const { code = [], marks = {} } = this.data;
    const shown = this.data.drawings[this.subject] ? this.subject : Object.keys(this.data.drawings)[0];
    const labels = this.drawings[0].panels.map((panel) => panel.label);
    this.lines = (marks[shown] ?? []).filter((_, index) => !this.hidden.has(labels[index]));
    const linked = new Set(this.lines.flatMap((panel) => Object.values(panel).flatMap((mark) => mark.rows)));
    this.code.innerHTML = listing(code, linked);
    this.beside.classList.toggle("narrow", this.isNarrow);
    const [first] = this.rows();
    if (first) first.tabIndex = 0;
  }

  /** Return the rows of a mark, and of its segments; none if its code is unknown. */
  linesOf(mark) {
    const panels = [...this.stage.querySelectorAll("[data-panel]")];
    return this.lines[panels.indexOf(mark.closest("[data-panel]"))]?.[mark.dataset.span] ?? { rows: [], segments: [] };
  }

  rows() {
    return [...this.code.querySelectorAll("[role=button]")];
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
    const at = (event) => event.target.closest?.("g[data-span], [data-row][role=button]") ?? undefined;
    const segment = (event) => event.target.closest?.("[data-segment]")?.dataset.segment;
    this.beside.addEventListener("pointerover", (event) => this.pinned || this.point(at(event), segment(event)));
    this.beside.addEventListener("pointerleave", () => this.pinned || this.point());
    this.beside.addEventListener("click", (event) => this.pin(at(event), segment(event)));
    this.beside.addEventListener("focusin", (event) => at(event)?.matches(":focus-visible") && this.point(at(event)));
    this.beside.addEventListener("focusout", () => this.pinned || this.point());
    this.beside.addEventListener("keydown", (event) => this.press(event, at(event)));
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

  /** A click on a mark or a row keeps what it shows until the next click. */
  pin(thing, segment) {
    this.pinned = thing === this.pinned ? undefined : thing;
    this.point(thing, segment);
  }

  /** Arrow keys move from mark to mark or from row to row, Enter keeps what is shown, Escape releases it. */
  press(event, thing) {
    const all = thing?.dataset.row ? this.rows() : this.marks();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && thing) this.go(all, all[(all.indexOf(thing) + step + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === " ") && thing) this.pin(thing);
    else if (event.key === "Escape") this.pin();
    else return;
    event.preventDefault();
  }

  go(all, thing) {
    for (const other of all) other.tabIndex = other === thing ? 0 : -1;
    this.pinned = undefined;
    thing.focus();
    this.point(thing);
  }

  /** Show what belongs to a mark, to a segment of it, or to a row of the code; without one, show everything alike. */
  point(thing, segment) {
    for (const one of this.stage.querySelectorAll(".aside")) one.classList.remove("aside");
    light(this.code, []);
    this.hideTooltip();
    if (thing?.dataset.row) this.pointAtRow(thing.dataset.row);
    else if (thing) this.pointAtMark(thing, segment);
  }

  /** Fade the marks that do not stand at a row. */
  pointAtRow(row) {
    light(this.code, [row], { now: [row] });
    for (const panel of this.stage.querySelectorAll("[data-panel]")) {
      const here = this.marks(panel).filter((mark) => this.linesOf(mark).rows.includes(row));
      fade(panel, new Set(here.map((mark) => mark.dataset.span)));
    }
  }

  /** Fade everything that is neither a cause nor an effect of a mark, light its rows, and show its tooltip. */
  pointAtMark(mark, segment) {
    const panel = mark.closest("[data-panel]");
    const marks = new Map(this.marks(panel).map((one) => [one.dataset.span, one]));
    const causes = new Map([...marks].map(([id, one]) => [id, one.dataset.cause]));
    const { led, followed } = cone(causes, mark.dataset.span);
    fade(panel, new Set([...led, mark.dataset.span, ...followed]));
    const { rows, segments } = this.linesOf(mark);
    const now = segments[segments.length === 1 ? 0 : segment] ?? [];
    light(this.code, rows, { now });
    reveal(this.code);
    const parts = mark.segments[segment] && segments.length > 1 ? [mark.segments[segment]] : mark.segments;
    this.describe(mark, parts, led.map((id) => marks.get(id)), followed.map((id) => marks.get(id)), now.length ? now : rows);
  }

  describe(mark, parts, led, followed, rows) {
    const [, name, rest] = /^(.*?)(?:: (.*))?$/s.exec(mark.getAttribute("aria-label"));
    const line = (text) => (text ? `<div class="more">${escaped(text)}</div>` : "");
    const segment = (title) => title.replace(" · ", "\n").split("\n").map((part) => `<span>${escaped(part)}</span>`).join("");
    const segments = mark.segments.length > 1 ? `<div class="more segments">${few(parts, "… · ").map(segment).join("")}</div>` : "";
    this.tooltip.innerHTML =
      `<b>${escaped(name)}</b><div>${escaped(rest ?? "")}</div>${segments}` +
      line(listed("Caused by: ", led)) + line(listed("Led to: ", followed)) +
      few(rows.map((row) => quoted(this.data.code, row))).map((text) => `<div class="more"><code>${escaped(text)}</code></div>`).join("");
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
