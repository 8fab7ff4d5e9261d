// The playground: a form, an address and a worker, which all speak in command lines of eventdemo.

import { render, still } from "../javascripts/timeline.js";
import { addressOf, lineOf } from "./address.js";
import { fill, read } from "./form.js";

const place = document.querySelector("[data-playground]");
const find = (name) => place.querySelector(`[data-${name}]`);
const form = place.querySelector("form");
const [command, status, stop, result] = ["command", "status", "stop", "result"].map(find);
const own = find("own");
const [program, main] = ["textarea", "select"].map((tag) => own.querySelector(tag));
const runs = place.dataset.playground === "runs";
const usual = ["compare", "logout"];
const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text) => text.replace(/[&<>]/g, (char) => escapes[char]);

let worker; // started by the first run, and kept
let running = false;
let next; // the line to run as soon as the worker is free
let shown = ""; // the address whose result is on the page
let close = () => {};

/** Make a command line the state of the page: its address, its text, its form. */
function set(line) {
  fill(form, line);
  command.textContent = ["eventdemo", ...line].join(" ");
  if (line.some((word) => word.startsWith("mine.py"))) own.open = true;
  if (addressOf(line) !== location.hash) history.replaceState(null, "", addressOf(line));
}

/** Run a command line in the worker, now or when it is free. */
function run(line) {
  if (!runs) return say(status.dataset.missing);
  if (running) return void (next = line);
  if (!worker) start();
  running = true;
  stop.hidden = false;
  worker.postMessage({ line, program: program.value });
}

function start() {
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => (data.report ? say(data.report) : done(data.answer)));
  worker.addEventListener("error", () => {
    halt();
    say("Python could not be started in this browser. On your machine, run the command above.");
  });
}

function done(answer) {
  running = false;
  stop.hidden = true;
  const line = next;
  next = undefined;
  if (line) return run(line);
  say(answer.error ? "" : "Computed in this page, by the code of the repository.");
  show(answer);
}

function halt() {
  worker?.terminate();
  [worker, running, next, stop.hidden] = [undefined, false, undefined, true];
}

function say(sentence) {
  status.textContent = sentence;
}

/** Show the result that the site was built with, if it has one for this command line. */
async function showSaved([name, scenario, ...options]) {
  const known = [...form.elements.scenario.options].some((option) => option.value === scenario);
  if (name !== "compare" || options.length || !known) return false;
  const answer = await fetch(new URL(`saved/${encodeURIComponent(scenario)}.json`, import.meta.url)).catch(() => null);
  if (!answer?.ok) return false;
  show(await answer.json());
  say(`Computed when this site was built. ${runs ? status.dataset.loads : ""}`);
  return true;
}

const section = (heading, inside) => (inside ? `<h2>${heading}</h2>${inside}` : "");
const linked = (text) => escaped(text).replace(/(eventdemo replay )(\S+)/g, (_, before, token) => `${before}<a href="#${token}">${token}</a>`);
const output = (text) => `<div class="highlight"><pre><code tabindex="0">${linked(text)}</code></pre></div>`;

function show(answer) {
  shown = location.hash;
  close();
  close = () => {};
  if (answer.error) {
    result.innerHTML = `<div class="admonition failure" role="alert"><p class="admonition-title">This cannot be run</p><p>${escaped(answer.error)}</p></div>`;
    return;
  }
  const { title, text, table, words, ledger, shows, picture } = answer;
  const whole = table ? `<details><summary>The same as text</summary>${output(text)}</details>` : output(text);
  result.innerHTML = `<h2 data-title></h2>
    ${section(shows ? `What happened to ${escaped(shows)}` : "", picture && "<div data-picture></div>") || "<div data-picture></div>"}
    ${section("What it costs", table)}${section("Where every delivery ended", ledger)}${section("In words", words)}${whole}`;
  result.querySelector("[data-title]").textContent = title;
  if (picture) close = render({ model: still(picture), el: result.querySelector("[data-picture]") });
}

form.addEventListener("change", () => {
  const line = read(form);
  set(line);
  run(line);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(lineOf(location.hash, usual));
});
find("explore").addEventListener("click", () => {
  const line = ["explore", form.elements.scenario.value];
  set(line);
  run(line);
});
/** Offer the async functions of the reader's program; the chosen one stays chosen. */
function offer() {
  const chosen = main.value;
  const names = [...program.value.matchAll(/^async def (\w+)/gm)].map((found) => found[1]);
  main.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
}

program.addEventListener("input", offer);
own.querySelector("button").addEventListener("click", () => {
  const line = ["explore", `mine.py:${main.value}`];
  set(line);
  run(line);
});
stop.addEventListener("click", () => {
  halt();
  say("Stopped. Press Run to start again.");
});

/** Follow the address: show what was saved for it, or else run it. */
async function follow() {
  const line = lineOf(location.hash, usual);
  set(line);
  if (location.hash !== shown && !(await showSaved(line))) run(line);
}

addEventListener("hashchange", follow);
offer();
follow();
