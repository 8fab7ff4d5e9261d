// You are the event loop: a button for each wait that can end, and the lines at which they wait. Keys 1 to 9 press the
// buttons, Backspace takes the last choice back.

import { escaped, light, listing, listingStyle, reveal } from "../javascripts/code.js";

/** Show the state of a game in `place`; `go` receives the choices after each move. */
export function play(place, { says, waits, code, token }, choices, go) {
  const ends = waits.map(({ name }, index) => `<button type="button" class="md-button"><kbd>${index + 1}</kbd> End the wait of ${escaped(name)}</button>`);
  const undo = choices.length ? `<button type="button" class="md-button" data-undo><kbd>Backspace</kbd> Undo</button>` : "";
  const replay = token ? `<p>Your schedule, step by step: <a href="#${token}">${escaped(token)}</a></p>` : "";
  place.innerHTML = `<p class="says" aria-live="polite">${escaped(says)}</p><p class="moves">${ends.join("")}${undo}</p>${replay}
    <style>${listingStyle}</style><div class="event-timeline"><div class="code">${listing(code)}</div></div>`;
  const back = () => go(choices.slice(0, -1));
  const buttons = [...place.querySelectorAll(".moves button:not([data-undo])")];
  buttons.forEach((button, index) => button.addEventListener("click", () => go([...choices, index])));
  place.querySelector("[data-undo]")?.addEventListener("click", back);
  place.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && choices.length) back();
    else if (/^[1-9]$/.test(event.key)) buttons[event.key - 1]?.click();
    else return;
    event.preventDefault();
  });
  const rows = waits.map(({ at }) => at).filter(Boolean);
  const at = (row) => waits.filter((wait) => wait.at === row).map(({ name }) => name).join(", ");
  light(place, rows, { remarks: new Map(rows.map((row) => [row, at(row)])) });
  reveal(place);
  if (choices.length) place.querySelector(".moves button")?.focus({ preventScroll: true });
}
