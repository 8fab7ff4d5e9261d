// Runs command lines in the playground's Python, under Node: file names in, one answer for each line out, all as JSON. The
// first line is answered by a Python that starts, the others by one that starts from its memory, as in a second visit.

import { readFileSync } from "node:fs";

const { runtime, folders, lines } = JSON.parse(readFileSync(0, "utf8"));
const { memoryOf, resume, start } = await import(runtime);
const at = (kind, name) => `${folders[kind]}/${name}`;
const read = async (kind, name) => new Uint8Array(readFileSync(at(kind, name)));
const quiet = { stdout: (text) => console.error(text) };
const first = await start(at, read, quiet);
const answers = [first.run(lines.shift())];
const second = await resume(at, await memoryOf(first.python).arrayBuffer(), quiet);
console.log(JSON.stringify([...answers, ...lines.map((line) => second.run(line))]));
