// Shows the answer to a command line: its picture, its tables and its text, or what is wrong with it.

import { escaped } from "../javascripts/code.js";
import { render, still } from "../javascripts/timeline.js";
import { play } from "./game.js";
import { walk } from "./steps.js";

const section = (heading, inside) => (inside ? `<h2>${heading}</h2>${inside}` : "");
const linked = (text) => escaped(text).replace(/(eventdemo replay )(\S+)/g, (_, before, token) => `${before}<a href="#${token}">${token}</a>`);
const output = (text) => `<div class="highlight"><pre><code tabindex="0">${linked(text)}</code></pre></div>`;

/** Show an answer in `place`; `go` receives the choices of a game. Return a function that closes its picture. */
export function show(place, answer, go) {
  if (answer.error) {
    place.innerHTML = `<div class="admonition failure" role="alert"><p class="admonition-title">This cannot be run</p><p>${escaped(answer.error)}</p></div>`;
    return () => {};
  }
  const { title, text = "", table, words, ledger, shows, picture, steps, waits } = answer;
  const whole = table ? `<details><summary>The same as text</summary>${output(text)}</details>` : text && output(text);
  place.innerHTML = `<h2 data-title></h2>${waits ? "<div data-game></div>" : ""}
    ${shows ? `<h2>What happened to ${escaped(shows)}</h2>` : ""}<div data-picture></div>
    ${section("Step by step", steps && !waits && "<div data-steps></div>")}
    ${section("What it costs", table)}${section("Where every delivery ended", ledger)}${section("In words", words)}${whole}`;
  const at = (name) => place.querySelector(`[data-${name}]`);
  at("title").textContent = title;
  const close = picture ? render({ model: still(picture), el: at("picture") }) : () => {};
  if (waits) play(at("game"), answer, answer.choices, go);
  else if (steps) walk(at("steps"), answer, at("picture"));
  return close;
}
