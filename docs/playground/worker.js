// Runs command lines away from the page, so that the page can always react. Each message has a command line and the
// reader's own program; the answers come in the same order, and between them sentences about what is running.
// The address names the folders of Python and of eventdemo.

import { memoryOf, resume, start } from "./runtime.js";

const folders = new URLSearchParams(location.search);
const at = (kind, name) => new URL(`runtime/${folders.get(kind)}/${name}`, import.meta.url);

const read = async (kind, name) => {
  const answer = await fetch(at(kind, name));
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for ${name}.`);
  return answer.arrayBuffer();
};

const report = (sentence) => postMessage({ report: sentence });

// The memory of a Python that has answered is kept beside what the service worker keeps, and dropped together with it. The
// next visit goes on from there, in a third of the time. Without a cache, or without room in it, each visit starts anew.
const place = at("eventdemo", `memory-with-${folders.get("python")}`);
const opened = globalThis.caches?.open(new URL("..", import.meta.url).href + folders.get("eventdemo")).catch(() => {});
const forget = async () => void (await (await opened)?.delete(place));
let keeps = true;
const started = resumed().catch(forget).then((python) => python || start(at, read, {}, report));

async function resumed() {
  const kept = await (await opened)?.match(place);
  if (!kept) return undefined;
  const python = await resume(at, await kept.arrayBuffer(), {}, report);
  keeps = false;
  return python;
}

addEventListener("message", async ({ data: { line, program } }) => {
  try {
    const { run, python } = await started;
    const answer = run(line, program);
    postMessage({ line, answer });
    if (keeps && !answer.error && !line.some((word) => word.startsWith("mine.py"))) keep(python);
  } catch (error) {
    const last = String(error.message ?? error).trim().split("\n").at(-1);
    postMessage({ line, answer: { error: `This run failed in a way that it should not: ${last}` } });
    forget();
  }
});

async function keep(python) {
  keeps = false;
  const cache = await opened;
  await cache?.put(place, new Response(memoryOf(python))).catch(forget);
}
