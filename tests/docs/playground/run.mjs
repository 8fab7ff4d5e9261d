// Runs command lines in the playground's Python, under Node: file names in, one answer for each line out, all as JSON.

import { readFileSync } from "node:fs";

const { runtime, folders, lines } = JSON.parse(readFileSync(0, "utf8"));
const { loadPyodide } = await import(`${folders.python}/pyodide.mjs`);
const { start } = await import(runtime);
const read = async (kind, name) => new Uint8Array(readFileSync(`${folders[kind]}/${name}`));
const quiet = { stdout: (text) => console.error(text) };
const run = await start(loadPyodide, read, quiet);
console.log(JSON.stringify(lines.map((line) => run(line))));
