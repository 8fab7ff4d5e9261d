// A schedule step by step: a slider, what the step did, and the line at which its task had waited.

import { escaped, lit, reveal } from "./source.js";

/**
 * Show the steps in `place`, and fade the marks of other listeners in `picture`. Arrow keys move the slider, and so do the
 * two buttons, which are large enough for a thumb.
 */
export function walk(place, { steps, sources }, picture) {
  const last = steps.length - 1;
  place.innerHTML = `<div class="walk"><button type="button" class="md-button" aria-label="Step back">←</button>
    <input type="range" min="0" max="${last}" value="0" aria-label="Step"/>
    <button type="button" class="md-button" aria-label="Step forward">→</button></div>
    <p aria-live="polite"></p><div></div>`;
  const [back, forward] = place.querySelectorAll("button");
  const slider = place.querySelector("input");
  const [text, source] = [place.querySelector("p"), place.lastElementChild];

  function show(number) {
    const { name, text: did, at } = steps[number];
    const from = at ? ` It waited at line ${at.line} of ${at.file}.` : "";
    slider.value = number;
    slider.setAttribute("aria-valuetext", `${number} of ${last}: ${did}`);
    [back.disabled, forward.disabled] = [number === 0, number === last];
    text.innerHTML = `<b>${number} of ${last}.</b> ${escaped(`${did}.${from}`)}`;
    source.innerHTML = lit([at], sources);
    reveal(source);
    const marks = [...picture.querySelectorAll("[data-span]")];
    const here = marks.some((mark) => mark.dataset.name === name);
    for (const mark of marks) mark.classList.toggle("aside", here && mark.dataset.name !== name);
  }

  slider.addEventListener("input", () => show(slider.valueAsNumber));
  back.addEventListener("click", () => show(slider.valueAsNumber - 1));
  forward.addEventListener("click", () => show(slider.valueAsNumber + 1));
  show(0);
}
