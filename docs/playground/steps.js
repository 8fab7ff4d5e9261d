// A schedule step by step: a slider, what the step did, and the line at which its task had waited.

import { escaped, light, quoted, reveal } from "../javascripts/code.js";

/**
 * Show the steps in `place`. In `picture`, each step lights its line and fades the marks of other listeners. Arrow keys
 * move the slider, and so do the two buttons, which are large enough for a thumb.
 */
export function walk(place, { steps, picture: { code } }, picture) {
  const last = steps.length - 1;
  place.innerHTML = `<div class="walk"><button type="button" class="md-button" aria-label="Step back">←</button>
    <input type="range" min="0" max="${last}" value="0" aria-label="Step"/>
    <button type="button" class="md-button" aria-label="Step forward">→</button></div>
    <p aria-live="polite"></p>`;
  const [back, forward] = place.querySelectorAll("button");
  const slider = place.querySelector("input");
  const text = place.querySelector("p");

  function show(number) {
    const { name, text: did, at } = steps[number];
    const from = at ? ` It waited at <code>${escaped(quoted(code, at))}</code>` : "";
    slider.value = number;
    slider.setAttribute("aria-valuetext", `${number} of ${last}: ${did}`);
    [back.disabled, forward.disabled] = [number === 0, number === last];
    text.innerHTML = `<b>${number} of ${last}.</b> ${escaped(did)}.${from}`;
    light(picture, at ? [at] : [], { now: at ? [at] : [] });
    reveal(picture);
    const marks = [...picture.querySelectorAll("[data-span]")];
    const here = marks.some((mark) => mark.dataset.name === name);
    for (const mark of marks) mark.classList.toggle("aside", here && mark.dataset.name !== name);
  }

  slider.addEventListener("input", () => show(slider.valueAsNumber));
  back.addEventListener("click", () => show(slider.valueAsNumber - 1));
  forward.addEventListener("click", () => show(slider.valueAsNumber + 1));
  show(0);
}
