// Runs command lines away from the page, so that the page can always react. Each message has a command line and the
// reader's own program; the answers come in the same order, and between them sentences about what is running.
// The address names the folders of Python and of eventdemo.

import { start } from "./runtime.js";

const folders = new URLSearchParams(location.search);
const at = (kind, name) => new URL(`runtime/${folders.get(kind)}/${name}`, import.meta.url);

const read = async (kind, name) => {
  const answer = await fetch(at(kind, name));
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for ${name}.`);
  return answer.arrayBuffer();
};

const report = (sentence) => postMessage({ report: sentence });
const load = async (options) => (await import(at("python", "pyodide.mjs"))).loadPyodide(options);
const started = start(load, read, {}, report);

addEventListener("message", async ({ data: { line, program } }) => {
  try {
    const run = await started;
    postMessage({ line, answer: run(line, program) });
  } catch (error) {
    const last = String(error.message ?? error).trim().split("\n").at(-1);
    postMessage({ line, answer: { error: `This run failed in a way that it should not: ${last}` } });
  }
});
