// Runs command lines away from the page, so that the page can always react. Each message has a command line and the
// reader's own program; the answers come in the same order, and between them sentences about what is running.

import { start } from "./runtime.js";
import { loadPyodide } from "./runtime/pyodide.mjs";

const read = async (name) => {
  const answer = await fetch(new URL(`runtime/${name}`, import.meta.url));
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for ${name}.`);
  return answer.arrayBuffer();
};

const report = (sentence) => postMessage({ report: sentence });
const started = start(loadPyodide, read, {}, report);

addEventListener("message", async ({ data: { line, program } }) => {
  try {
    const run = await started;
    postMessage({ answer: run(line, program) });
  } catch (error) {
    const last = String(error.message ?? error).trim().split("\n").at(-1);
    postMessage({ answer: { error: `This run failed in a way that it should not: ${last}` } });
  }
});
