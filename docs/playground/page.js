// The playground: a form, an address and a worker, which all speak in command lines of eventdemo.

import { addressOf, lineOf } from "./address.js";
import { fill, read } from "./form.js";
import { show as drawn } from "./result.js";

const place = document.querySelector("[data-playground]");
const find = (name) => place.querySelector(`[data-${name}]`);
const form = place.querySelector("form");
const [command, status, stop, result] = ["line", "status", "stop", "result"].map(find);
const own = find("own");
const [program, main] = ["textarea", "select"].map((tag) => own.querySelector(tag));
const runs = place.dataset.playground === "runs";
const usual = ["compare", "logout"];

const kept = runs ? keep().catch(() => {}) : undefined;

let current; // the command line that the page stands for
let worker; // the promise of a worker: started by the first run, and kept
let running = false;
let next; // the line to run as soon as the worker is free
let shown = ""; // the address whose result is on the page
let close = () => {};

/** Make a command line the state of the page: its address, its text, its form. */
function set(line) {
  current = line.join(" ");
  fill(form, line);
  command.textContent = ["eventdemo", ...(line[0] === "game" ? ["explore", line[1]] : line)].join(" ");
  if (line.some((word) => word.startsWith("mine.py"))) own.open = true;
  if (addressOf(line) !== location.hash) history.replaceState(null, "", addressOf(line));
}

/** Run a command line in the worker, now or when it is free. */
function run(line) {
  if (!runs) return say(status.dataset.missing);
  if (running) return void (next = line);
  running = true;
  stop.hidden = false;
  const starting = (worker ??= start());
  starting.then((started) => starting === worker && started.postMessage({ line, program: program.value }));
}

/** Start the worker when the service worker is there to keep what it loads; without one, it loads again next time. */
async function start() {
  await kept;
  const address = new URL("worker.js", import.meta.url);
  address.search = new URLSearchParams({ python: place.dataset.python, eventdemo: place.dataset.eventdemo });
  const started = new Worker(address, { type: "module" });
  started.addEventListener("message", ({ data }) => (data.report ? say(data.report) : done(data)));
  started.addEventListener("error", () => {
    halt();
    say("Python could not be started in this browser. On your machine, run the command above.");
  });
  return started;
}

async function keep() {
  const registered = navigator.serviceWorker?.register(new URL("service-worker.js", import.meta.url));
  await Promise.race([registered?.then(() => navigator.serviceWorker.ready), new Promise((done) => setTimeout(done, 2000))]);
}

function done({ answer, line }) {
  running = false;
  stop.hidden = true;
  const later = next;
  next = undefined;
  if (later) return run(later);
  if (line.join(" ") !== current) return; // meanwhile, the address has changed to a saved result
  say(answer.error ? "" : "Computed in this page, by the code of the repository.");
  show(answer);
}

function halt() {
  worker?.then((started) => started.terminate());
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

function show(answer) {
  shown = location.hash;
  close();
  close = drawn(result, answer, choose);
}

/** Make a move of the game on the page. */
function choose(choices) {
  const [name, program] = lineOf(location.hash, usual);
  go([name, program, ...choices.map(String)]);
}

/** Make a command line the state of the page, and run it. */
function go(line) {
  set(line);
  run(line);
}

form.addEventListener("change", () => go(read(form)));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(lineOf(location.hash, usual));
});
for (const button of form.querySelectorAll("[data-command]"))
  button.addEventListener("click", () => go([button.dataset.command, form.elements.scenario.value]));

/** Offer the async functions of the reader's program; the chosen one stays chosen. */
function offer() {
  const chosen = main.value;
  const names = [...program.value.matchAll(/^async def (\w+)/gm)].map((found) => found[1]);
  main.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
}

program.addEventListener("input", offer);
for (const button of own.querySelectorAll("[data-command]"))
  button.addEventListener("click", () => go([button.dataset.command, `mine.py:${main.value}`]));
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
